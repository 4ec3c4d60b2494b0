"""Reads, a file per noun."""
