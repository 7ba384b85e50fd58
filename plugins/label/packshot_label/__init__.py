"""Visible marks, and signed Content Credentials (C2PA)."""
