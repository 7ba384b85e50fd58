"""Trains networks of features."""
