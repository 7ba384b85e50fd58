"""Models in the object store: their versions by name, and how workers take them up."""
