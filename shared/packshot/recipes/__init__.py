"""Recipes: the ones packshot ships, reading others from YAML, and turning one into a plan."""
