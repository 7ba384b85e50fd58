"""Measure a picture and judge it by a marketplace's rules."""
