"""Fill what is missing from a picture, remove what should not be in it, and add canvas."""
