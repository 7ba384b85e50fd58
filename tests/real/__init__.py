"""Real brokers, object stores and databases for tests: found by environment, by port, or started privately."""
