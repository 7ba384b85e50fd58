"""Put a cut-out product on a ground, with a shadow."""
