"""Findings of a phase kept in this process, so that a page does not compute a country twice.

Findings belong to one stored computation (its moment names it); a newer computation takes the
place of the older. At most one reader computes at a time, the others wait for the same answer.
"""

import threading
from collections import OrderedDict
from collections.abc import Callable
from datetime import datetime
from typing import TypeVar

from sqlalchemy.orm import Session

from service.models import EvidenceSet
from service.snapshots.findings import PhaseFindings, phase_findings
from service.systems import SYSTEMS

Key = tuple[str, str, int, str, datetime]
Found = TypeVar("Found")
MOST_KEPT = 4
"""Two phases of two countries; the findings of Chile's primary schools take about 60 MB."""

_findings: OrderedDict[Key, PhaseFindings] = OrderedDict()
_lock = threading.RLock()


def kept_findings(session: Session, kept: EvidenceSet) -> PhaseFindings:
    """The findings of a stored computation, computed again once in this process."""
    return _once(
        _findings,
        _key(kept),
        lambda: phase_findings(session, SYSTEMS[kept.system], kept.phase, kept.as_of),
    )


def _key(kept: EvidenceSet) -> Key:
    return kept.system, kept.phase.value, kept.as_of, kept.data_version, kept.computed_at


def _once(store: OrderedDict[Key, Found], key: Key, make: Callable[[], Found]) -> Found:
    with _lock:
        if key not in store:
            for older in [other for other in store if other[:2] == key[:2]]:
                del store[older]
            store[key] = make()
            while len(store) > MOST_KEPT:
                store.popitem(last=False)
        return store[key]
