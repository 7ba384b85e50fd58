"""What services say to each other: messages, recipes, artifact references, the catalogue. Pydantic, no I/O."""
