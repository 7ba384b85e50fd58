"""The service `train`: a training is a chain of messages, each of which is one leg."""
