"""Depth from photos, and what depth is good for: occlusion, light, focus, views."""
