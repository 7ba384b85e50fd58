"""Runs the operations of the stage preprocess."""
