"""Every operation on every sample product, as contact sheets to look at: `make gallery`."""
