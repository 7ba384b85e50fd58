"""Packshot's HTTP API, web page and database."""
