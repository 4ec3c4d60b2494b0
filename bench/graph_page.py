"""The data of the graph page beyond the database, for services of 300 and 600 schools.

Synthetic services by seed: a tenth of the schools lead, each school has about two ties, places are
kept. CPU time of this process, least of five.
"""

import time
from collections.abc import Callable, MutableMapping
from datetime import date, timedelta

import numpy as np
from flask import json

from network.build import build_graph
from network.layout import lay_out
from network.records import SchoolNode, Tie
from service.snapshots.support import Support
from service.snapshots.support_schools import SupportSchool
from service.snapshots.support_view import drawing, picture_data, support_view

SIZES = (28, 300, 600)
DAY = date(2026, 6, 1)


def support(schools: int, seed: int = 0) -> Support:
    """A made-up service."""
    draw = np.random.default_rng(seed)
    leading = max(1, schools // 10)
    ties = []
    for school in range(leading, schools):
        for state in ("active", None):
            other = int(draw.integers(leading))
            began = DAY - timedelta(days=int(draw.integers(700)))
            ties.append(Tie(supporting=other, supported=school, started_on=began, hours=3.0, state=state))
    known = {
        number: SupportSchool(
            id=number,
            key=f"cl:{number}",
            name=f"Escuela {number}",
            commune="Valle",
            inside=True,
            in_need=bool(draw.random() < 0.2),
            urgency=None,
            leader="Ana" if number < leading else None,
            capacity=3 if number < leading else None,
            latitude=None,
            longitude=None,
        )
        for number in range(schools)
    }
    nodes = tuple(SchoolNode(id=number, groups={"owner": "a"}) for number in known)
    return Support("slep:1", known, nodes, tuple(ties), schools)


def _milliseconds(work: Callable[[], object]) -> float:
    times = []
    for _ in range(5):
        began = time.process_time()
        work()
        times.append(time.process_time() - began)
    return round(1000 * min(times), 1)


def run(report: MutableMapping[str, object]) -> None:
    """Measure under ``graph_page``."""
    rows = []
    for size in SIZES:
        found = support(size)
        began = time.process_time()
        places = lay_out(build_graph(found.nodes, found.ties))
        placed = time.process_time() - began
        rows.append(
            {
                "schools": size,
                "ties": len(found.ties),
                "data_ms": _milliseconds(lambda s=found, p=places: json.dumps(picture_data(s, p))),  # type: ignore[misc]
                "sentence_and_table_ms": _milliseconds(lambda s=found: support_view(s, DAY)),  # type: ignore[misc]
                "still_picture_ms": _milliseconds(lambda s=found, p=places: drawing(s, p, DAY)),  # type: ignore[misc]
                "places_once_s": round(placed, 2),
            }
        )
    report["graph_page"] = rows
