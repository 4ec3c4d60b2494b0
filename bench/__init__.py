"""Figures beside their baselines, measured in the same run.

Each module here with a function ``run(report)`` is one bench: it puts a list of rows
under its own name into ``report``. A row is a dict of figures; every row of a bench has
the same keys.
"""
