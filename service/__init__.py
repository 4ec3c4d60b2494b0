"""The Minga service: data, people, screens and commands around the pure libraries."""
