"""Loaded by the Python of a server under test before anything else: its clock stands where the test says.

``TEST_CLOCK`` names a file with the seconds to add to the time of the machine. Python loads a module
of this name from PYTHONPATH by itself, in the process of the pages and in that of the worker.
"""

import os
from datetime import datetime, timedelta, tzinfo
from pathlib import Path

import service.worker
from service.models import columns

CLOCK = Path(os.environ["TEST_CLOCK"])
real = datetime


class Moved(datetime):
    """The time of the machine, moved."""

    @classmethod
    def now(cls, tz: tzinfo | None = None) -> datetime:  # type: ignore[override]
        return real.now(tz) + timedelta(seconds=float(CLOCK.read_text(encoding="ascii")))


columns.datetime = Moved  # type: ignore[misc]
service.worker.SLOW_SECONDS = service.worker.SURVEY_SECONDS = 1
