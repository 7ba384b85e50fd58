"""A plugin that cannot be imported."""

raise ImportError("its library is not installed")
