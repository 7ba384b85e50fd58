"""Cut the product out of its photo."""
