"""Enlarges photos, with and without a network."""
