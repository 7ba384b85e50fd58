"""Other colours for a product under the same light: variants, brand colours, palettes."""
