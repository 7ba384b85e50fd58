"""Textures quilted onto a ground, made tileable, and put on a product."""
