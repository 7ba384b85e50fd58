"""Orient, normalise, crop, fill, pad, resize and export."""
