"""Takes noise and JPEG artefacts out of photos, without a network."""
