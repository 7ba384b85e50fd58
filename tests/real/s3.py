"""A real s3 for tests."""
