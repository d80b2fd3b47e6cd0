"""Exercises of kind "build", where a notebook's own module would be too long with them."""
