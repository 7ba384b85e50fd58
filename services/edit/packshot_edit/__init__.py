"""Runs the operations of the stage edit."""
