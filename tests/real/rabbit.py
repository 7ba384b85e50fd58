"""A real rabbit for tests."""
