"""Measures time and space growth by counted runs."""
