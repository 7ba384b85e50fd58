"""White balance, tone, local contrast and sharpness."""
