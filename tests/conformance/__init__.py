"""One suite for every implementation behind a protocol."""
