"""Data sets in the object store: manifests by digest, their versions by name, and splits that keep products together."""
