"""Which pairs would change, before a run is started: an earlier run solved anew with other choices.

Only what that run kept is looked at, so it takes a moment and reads no results again. What would need
them (another year, territory, rule of need, weights, leaders) is named instead of guessed.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy.orm import Session

from matching.errors import MatchingError
from matching.instances import Instance
from matching.rounds import RoundRules, play, score_phases
from matching.what_if import Move
from service.models import Run
from service.models.enums import MarkKind
from service.operations.packing import unpacked
from service.operations.run_marks import marks_of
from service.operations.stored_runs import stored_field, stored_instance
from service.snapshots.round_rules import pairs_of_run
from service.snapshots.run_options import RunOptions
from service.systems import SYSTEMS

MOST_PAIRS = 300_000
"""Above this many allowed pairs the run itself is the place to see what changes."""
SECONDS = 10.0
NEEDS_RESULTS = ("territory", "as_of", "rule", "rule_changes", "owners", "leaders", "leaders_from", "weights")


@dataclass(frozen=True, slots=True, kw_only=True)
class Preview:
    """What would change against an earlier run.

    Parameters
    ----------
    previous : int
    unknown : tuple of str
        Choices that differ and that only the run itself can tell the effect of.
    moves : tuple of Move
        Schools whose supporting school would be another, by number.
    matched_before, matched_after : int
    worst_before, worst_after : float or None
    total_before, total_after : float
    refused : str
        Why the engine would not take the choices; empty if it does.
    too_large : bool
        The run has too many pairs for a page.
    """

    previous: int
    unknown: tuple[str, ...] = ()
    moves: tuple[Move, ...] = ()
    matched_before: int = 0
    matched_after: int = 0
    worst_before: float | None = None
    worst_after: float | None = None
    total_before: float = 0.0
    total_after: float = 0.0
    refused: str = ""
    too_large: bool = False


def preview(session: Session, run: Run, options: RunOptions) -> Preview | None:
    """Solve an earlier run anew under other choices; None if it kept nothing to solve.

    Its locked and forbidden pairs hold, as they would in a run that starts from it.
    """
    if run.inputs is None or run.result is None:
        return None
    earlier = RunOptions(**run.options)
    unknown = tuple(name for name in NEEDS_RESULTS if getattr(earlier, name) != getattr(options, name))
    if earlier.preset_changes.get("like_percentile") != options.preset_changes.get("like_percentile"):
        unknown += ("like_percentile",)
    if run.result["allowed_pairs"] > MOST_PAIRS:
        return Preview(previous=run.id, unknown=unknown, too_large=True)
    document = unpacked(run.inputs)
    instance, _ = stored_instance(document)
    preset = options.rules(SYSTEMS[run.system])
    fields = [
        replace(stored_field(document, number), preset=preset) for number in range(len(document["phases"]))
    ]
    before = dict(pairs_of_run(session, run.id))
    try:
        found = play(
            score_phases(fields), _urgency(instance), _rules(session, run, document, options, before)
        )
    except MatchingError as error:
        return Preview(previous=run.id, unknown=unknown, refused=str(error))
    after: dict[Any, Any] = dict(found.assignment.pairs(found.instance))
    return Preview(
        previous=run.id,
        unknown=unknown,
        moves=tuple(
            Move(school, before.get(school), after.get(school))
            for school in sorted(before.keys() | after.keys())
            if before.get(school) != after.get(school)
        ),
        matched_before=len(before),
        matched_after=len(after),
        worst_before=run.result["worst"],
        worst_after=found.assignment.worst(found.instance),
        total_before=sum(pair["score"] for pair in run.result["pairs"]),
        total_after=found.assignment.total(found.instance),
    )


def codes_of_moves(moves: Iterable[Move]) -> set[int]:
    """Every school that moves name."""
    codes = {code for move in moves for code in (move.school, move.before, move.after)}
    return {code for code in codes if isinstance(code, int)}


def _urgency(instance: Instance) -> dict[int, int]:
    return {
        int(school): level
        for school, level in zip(instance.school_ids, instance.urgency.tolist(), strict=True)
    }


def _rules(
    session: Session,
    run: Run,
    document: Mapping[str, Any],
    options: RunOptions,
    before: Mapping[int, int],
) -> RoundRules:
    instance, _ = stored_instance(document)
    marks = marks_of(session, run)
    asked = document.get("asked", {})
    waited: dict[int, int] = {}
    if options.waited != "none" and instance.waited is not None:
        waited = {int(s): n for s, n in zip(instance.school_ids, instance.waited.tolist(), strict=True)}
    if options.waited == "previous":
        for school in set(_urgency(instance)) - before.keys():
            waited[school] = waited.get(school, 0) + 1
    return RoundRules(
        policy=options.policy,
        locked=marks[MarkKind.LOCK],
        forbidden=marks[MarkKind.FORBID],
        waited=waited,
        previous=tuple(before.items()),
        change_price=options.change_price,
        lottery=options.lottery(),
        book=options.rule_book(),
        school_labels=_labels(instance.school_ids, instance.school_labels),
        leader_labels=_labels(instance.leader_ids, instance.leader_labels),
        school_rankings=dict(asked.get("school_rankings", [])),
        leader_rankings=dict(asked.get("leader_rankings", [])),
        time_limit=min(SECONDS, options.time_limit or SECONDS),
    )


def _labels(ids: tuple[Any, ...], labels: tuple[Mapping[str, str], ...]) -> dict[int, Mapping[str, str]]:
    return dict(zip(ids, labels, strict=True)) if labels else {}
