"""Runs the operations of the stage generate."""
