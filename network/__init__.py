"""Whom support reaches, on whom it hangs, how results move, and what support changed.

Pure: numpy and networkx; no database, no web, no clock.
"""
