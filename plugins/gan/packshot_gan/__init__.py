"""Generative adversarial networks: generators of product pictures, trained on a catalogue."""
