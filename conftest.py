"""Fixtures for every test of the workspace."""

pytest_plugins = ["tests.real.rabbit", "tests.real.s3", "tests.real.postgres"]
