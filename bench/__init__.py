"""Figures beside their baselines, measured in the same run.

Each module here with a function ``run(report)`` is one bench: it puts a list of rows
under its own name into ``report``. A row is a dict of figures; every row of a bench has
the same keys.
"""

from pathlib import Path


def peak_of_this_process() -> float:
    """Megabytes that this process has held at most; not a number where the system does not tell."""
    status = Path("/proc/self/status")
    if not status.exists():
        return float("nan")
    peak = next(line for line in status.read_text().splitlines() if line.startswith("VmHWM"))
    return int(peak.split()[1]) / 1024
