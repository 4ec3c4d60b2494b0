"""A whole country from database to stored proposals, step by step; its matching beside scipy's.

All phases, all services, suggested leaders, as of the newest year. Chile's official files where they are
(``MINGA_SHARED_DATA``), else the demo country. CPU time of one process; memory is the peak of the process
that runs the pipeline. ``country_matching``: from allowed pairs to certificate, the least of three runs.
scipy's sparse matching finds the same total without proof, prices, ties by id or stability; ``with_prices``
is scipy asked for each leader's price too. ``chain`` begins before the pairs: beside BallTree, the same
rules and scipy.
"""

import tempfile
import time
from collections import defaultdict
from collections.abc import Callable, Iterator, MutableMapping
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from importlib import import_module
from multiprocessing import get_context
from pathlib import Path
from typing import Any
from unittest.mock import patch

import numpy as np

from bench._to_certificate import scipy_to_certificate
from bench.assignment import cpu_seconds, with_scipy
from bench.candidates import with_ball_tree
from bench.imports import SHARED
from matching.certificate import certify
from matching.greatest_total import best_pairs
from matching.instances import Instance
from matching.objective import objective_of
from matching.pairs import allowed_pairs
from matching.rounds import Round, ScoredPhase, play
from matching.scoring import score_pairs
from service import schema
from service.db import Database
from service.imports.reading import Upload
from service.models.columns import local_today
from service.models.enums import RunState
from service.operations import matching as operation
from service.operations.demo import fill_with_demo
from service.operations.imports import run_import
from service.permissions import OPERATOR
from service.queries.runs import get_run
from service.snapshots.matching import run_inputs
from service.snapshots.run_options import RunOptions
from service.systems import SYSTEMS

SAMPLE = 25
OPTIONS = RunOptions(territory="all", as_of=2024, leaders="suggested")
CHILE = SYSTEMS["cl"]
STEPS = {
    "service.operations.matching:run_inputs": "reading",
    "service.snapshots.findings:residuals": "value added",
    "service.snapshots.findings:value_added": "value added",
    "service.snapshots.findings:assess_levels": "need and leaders",
    "service.snapshots.findings:suggest_leaders": "need and leaders",
    "service.snapshots.findings:context_matrix": "context",
    "service.snapshots.findings:learn_weights": "context",
    "service.snapshots.matching:likeness_line": "context",
    "service.snapshots.matching:prepare": "context",
    "matching.rounds:allowed_pairs": "pairs",
    "matching.rounds:score_pairs": "scores",
    "service.operations.matching:play": "assignment and certificate",
    "service.operations.matching:keep_run": "storing",
}
"""Functions of the pipeline, and the step that their own time belongs to."""


class Stopwatch:
    """CPU seconds of each step, without those of the steps inside it."""

    def __init__(self) -> None:
        self.seconds: dict[str, float] = defaultdict(float)
        self.inside: list[float] = []

    def timed(self, step: str, work: Callable[..., Any]) -> Callable[..., Any]:
        """The same function, its time taken."""

        def wrapped(*args: Any, **kwargs: Any) -> Any:
            self.inside.append(0.0)
            began = time.process_time()
            try:
                return work(*args, **kwargs)
            finally:
                spent = time.process_time() - began
                self.seconds[step] += spent - self.inside.pop()
                if self.inside:
                    self.inside[-1] += spent

        return wrapped

    @contextmanager
    def watching(self) -> Iterator[None]:
        """Take the time of every function of ``STEPS``."""
        patches = []
        for place, step in STEPS.items():
            module, _, name = place.partition(":")
            found = import_module(module)
            patches.append(patch.object(found, name, self.timed(step, getattr(found, name))))
        for one in patches:
            one.start()
        try:
            yield
        finally:
            for one in patches:
                one.stop()


def fill(folder: Path) -> tuple[str, str]:
    """Put a country into a new database; its address, and which country it is."""
    address = f"sqlite:///{folder}/minga.sqlite"
    database = Database.at(address)
    schema.upgrade(database)
    chile = SHARED / "cl"
    if chile.is_dir():
        for source, files in (
            ("cl-directory", [chile / "directorio_oficial_ee.csv"]),
            ("cl-slep", [chile / "auxiliares" / "listado_slep_2026.xlsx"]),
            ("cl-simce", sorted((chile / "simce").glob("*.xlsx"))),
            ("cl-ive", sorted((chile / "ive").glob("*.csv"))),
        ):
            uploads = [Upload(path.name, path.read_bytes()) for path in files]
            run_import(database, source, uploads, actor=OPERATOR, instance=folder)
    else:
        fill_with_demo(database, folder, seed=7, schools=600, years=10)
    database.engine.dispose()
    return address, "Chile" if chile.is_dir() else "demo country"


def pipeline(address: str) -> dict[str, Any]:
    """One run, from asking for it to its stored proposals, in this process."""
    database, watch = Database.at(address), Stopwatch()
    with database.transaction() as session:
        number = operation.request_run(session, actor=OPERATOR, system=CHILE, options=OPTIONS).id
    began = time.process_time()
    with watch.watching():
        operation.perform_run(database, number)
    total = time.process_time() - began
    with database.reading() as session:
        run = get_run(session, number)
        if run.state is not RunState.FINISHED:
            raise AssertionError(run.failure)
    return {"seconds": dict(watch.seconds), "total": total, "peak_mb": peak_megabytes()}


def peak_megabytes() -> float:
    """Most memory that this process has held."""
    status = Path("/proc/self/status")
    if not status.exists():
        return float("nan")
    peak = next(line for line in status.read_text().splitlines() if line.startswith("VmHWM"))
    return int(peak.split()[1]) / 1024


def matched_ways(address: str) -> dict[str, Any]:
    """From allowed pairs to certificate: ours, scipy on the same pairs, and BallTree before scipy."""
    with Database.at(address).reading() as session:
        inputs = run_inputs(session, CHILE, OPTIONS, local_today())
    fields = list(inputs.fields.values())
    for field in fields:
        _ = field.space.factors

    def scored(pairs_of: Callable[..., Any]) -> tuple[ScoredPhase, ...]:
        return tuple(ScoredPhase(field=one, scored=score_pairs(one, pairs_of(one))) for one in fields)

    def whole(pairs_of: Callable[..., Any]) -> Round:
        return play(scored(pairs_of), inputs.urgency)

    chain, found = cpu_seconds(lambda: whole(allowed_pairs))
    finding, phases = cpu_seconds(lambda: scored(allowed_pairs))
    usual, same = cpu_seconds(lambda: scored(with_ball_tree))
    if any(a.scored.pairs.size != b.scored.pairs.size for a, b in zip(phases, same, strict=True)):
        raise AssertionError("the two ways find different pairs")
    solving, _ = cpu_seconds(lambda: play(phases, inputs.urgency))
    scipy_seconds, total = cpu_seconds(lambda: with_scipy(found.instance))
    proving, _ = cpu_seconds(lambda: scipy_to_certificate(found.instance))
    matching, _ = cpu_seconds(lambda: best_pairs(found.instance, objective_of(found.instance)))
    proven, _ = cpu_seconds(lambda: _to_certificate(found.instance))
    priced = scipy_seconds + price_seconds(found)
    if abs(total - found.assignment.objective.total) > 1e-6 * len(found.instance.school_ids):
        raise AssertionError(f"scipy finds another optimum: {total}")
    return {
        "schools": len(found.instance.school_ids),
        "leaders": len(found.instance.leader_ids),
        "allowed_pairs": int(found.instance.score.size),
        "matched": sum(found.assignment.objective.matched_by_urgency.values()),
        "gap": found.assignment.gap,
        "pairs_and_scores_s": round(finding, 4),
        "solve_and_certificate_s": round(solving, 4),
        "scipy_matching_s": round(scipy_seconds, 4),
        "scipy_ratio": scipy_seconds / solving,
        "our_matching_s": round(matching, 4),
        "bare_ratio": scipy_seconds / matching,
        "scipy_to_certificate_s": round(proving, 4),
        "our_to_certificate_s": round(proven, 4),
        "certificate_ratio": proving / proven,
        "asked": 3.0,
        "reached": "yes" if proving / proven >= 3.0 else "no",
        "scipy_with_prices_s": round(priced, 3),
        "priced_ratio": priced / solving,
        "chain_s": round(chain, 4),
        "ball_tree_chain_s": round(usual + scipy_seconds, 4),
        "chain_ratio": (usual + scipy_seconds) / chain,
    }


def _to_certificate(instance: Instance) -> None:
    weights = objective_of(instance)
    certificate = certify(instance, weights, best_pairs(instance, weights))
    if not certificate.proven:
        raise AssertionError(certificate.fault)


def price_seconds(found: Round) -> float:
    """What the same prices cost with scipy: the country once more for each leader without a place left.

    Measured on :data:`SAMPLE` of them, spread evenly, and scaled to all.
    """
    instance = found.instance
    used = np.bincount(instance.pair_leader[found.made()], minlength=instance.capacity.size)
    full = np.flatnonzero((used == instance.capacity) & (instance.capacity > 0))
    sample = full[np.linspace(0, full.size - 1, min(SAMPLE, full.size)).astype(int)]
    began = time.process_time()
    for leader in sample:
        capacity = instance.capacity.copy()
        capacity[leader] += 1
        with_scipy(replace(instance, capacity=capacity))
    return (time.process_time() - began) / max(1, sample.size) * float(full.size)


def run(report: MutableMapping[str, object]) -> None:
    """Measure; the steps under ``country``, the matching under ``country_matching``."""
    with tempfile.TemporaryDirectory() as folder:
        address, name = fill(Path(folder))
        with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as fresh:
            done = fresh.submit(pipeline, address).result()
        with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as fresh:
            ways = fresh.submit(matched_ways, address).result()
    steps = {step: done["seconds"].get(step, 0.0) for step in STEPS.values()}
    steps["queue, locks and commits"] = done["total"] - sum(steps.values())
    rows = [
        {"step": step, "cpu_s": round(spent, 3), "share": spent / done["total"], "peak_mb": None}
        for step, spent in steps.items()
    ]
    peak = round(done["peak_mb"])
    rows.append({"step": f"all, {name}", "cpu_s": round(done["total"], 3), "share": 1.0, "peak_mb": peak})
    report["country"] = rows
    report["country_matching"] = [{"country": name, **ways}]
