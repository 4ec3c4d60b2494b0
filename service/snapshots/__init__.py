"""From few queries to the frozen inputs of the pure libraries."""
