"""Runs the operations of the stage quality-check."""
