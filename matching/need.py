"""Who needs support by a rule, on what evidence, and who cannot be assessed.

There are three answers, not two: a school without enough results is not a school
without need. It is listed with a reason, and its need then rests on self-assessment and
on judgement.
"""

from collections import Counter
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, replace

import numpy as np

from matching.arrays import FloatArray
from matching.errors import RuleError
from matching.need_evidence import (
    CannotAssess,
    Evidence,
    Metric,
    NeedAssessment,
    SchoolInNeed,
    reason_unassessed,
)
from matching.need_rules import NeedRule, RuleKind
from matching.residuals import LeftOut, Residuals
from matching.value_added import ValueAdded, normal_probability


def assess_levels(
    rule: NeedRule, added: ValueAdded, found: Residuals, schools: Collection[int]
) -> NeedAssessment:
    """Apply a level rule to the schools asked about.

    Parameters
    ----------
    rule : NeedRule
        Of kind ``level``, for the same area as ``added``.
    added : ValueAdded
        Of all schools of the phase, whoever owns them: the line comes from them.
    found : Residuals
        What ``added`` was made of.
    schools : collection of int
        To be assessed, such as those of a territory.

    Returns
    -------
    NeedAssessment

    Raises
    ------
    RuleError
        The rule is of another kind or speaks of another area.

    Notes
    -----
    A *low* school lies below the line with the rule's probability; a *falling* one lies
    below its own level of three years before. In need: low, or falling and below the
    median of the same schools that set the line. Urgency 1: below the line with
    ``urgent_probability``, or low and falling; 2 otherwise.
    """
    if rule.kind is not RuleKind.LEVEL or rule.area is not added.area:
        raise RuleError(f"does not speak of the level in {added.area}", rule.name)
    required, urgent, sinking = _probabilities(rule)
    tests = added.tests[-rule.window :]
    counted = np.isin(found.year, tests) & (found.tested >= rule.minimum_n)
    valid = Counter(found.school[counted].tolist())
    enough = np.array([valid[school] >= rule.required for school in added.school.tolist()])
    unassessed = _reasons_against(rule, tests, valid, added.as_of, found)
    line, median = _line_and_median(added.level[enough], rule.threshold)
    row_of = added.rows()
    below, falling = added.level_below(line), added.falling()
    in_need, fine, no_answer = [], [], []
    for school in sorted({int(one) for one in schools}):
        row = row_of.get(school)
        if row is None or not enough[row]:
            no_answer.append((school, unassessed.get(school, CannotAssess.NO_RESULTS)))
            continue
        low, falls = bool(below[row] >= required), bool(falling[row] >= sinking)
        if not low and not (falls and added.level[row] < median):
            fine.append(school)
            continue
        first = bool(below[row] >= urgent) or (low and falls)
        evidence = _level_evidence(rule, added, row, line, median)
        in_need.append(SchoolInNeed(school=school, urgency=1 if first else 2, evidence=evidence))
    return NeedAssessment(
        rule=rule,
        as_of=added.as_of,
        in_need=tuple(in_need),
        not_in_need=tuple(fine),
        cannot_assess=tuple(no_answer),
        line=line if enough.any() else None,
        median=median if enough.any() else None,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class MovedLine:
    """What happens when a rule's threshold moves; schools ascending.

    Parameters
    ----------
    threshold : float
        The new one.
    in_need : int
        Schools in need under it.
    enter, leave : tuple of int
        Schools newly in need, and no longer, against the rule as it stands.
    """

    threshold: float
    in_need: int
    enter: tuple[int, ...]
    leave: tuple[int, ...]


def simulate(
    assess: Callable[[NeedRule], NeedAssessment], rule: NeedRule, thresholds: Sequence[float]
) -> tuple[MovedLine, ...]:
    """Tell which schools enter and leave as the threshold moves, all else equal.

    Parameters
    ----------
    assess : callable
        Applies a rule to the schools of interest.
    rule : NeedRule
        As it stands.
    thresholds : sequence of float
        In (0, 1).

    Returns
    -------
    tuple of MovedLine
        In the order of ``thresholds``.
    """
    before = assess(rule).schools_in_need()
    moved = []
    for threshold in thresholds:
        after = assess(replace(rule, threshold=threshold)).schools_in_need()
        moved.append(
            MovedLine(
                threshold=threshold,
                in_need=len(after),
                enter=tuple(sorted(after - before)),
                leave=tuple(sorted(before - after)),
            )
        )
    return tuple(moved)


def _reasons_against(
    rule: NeedRule, tests: tuple[int, ...], valid: Counter[int], as_of: int, found: Residuals
) -> dict[int, CannotAssess]:
    few = np.isin(found.year, tests) & (found.tested < rule.minimum_n)
    small = Counter(found.school[few].tolist())
    ever = set(found.school[found.year <= as_of].tolist())
    for (school, year), reason in found.left_out.items():
        if reason is LeftOut.TOO_FEW_PUPILS and year in tests:
            small[school] += 1
        elif reason in (LeftOut.NO_CONTEXT, LeftOut.TOO_FEW_SCHOOLS) and year <= as_of:
            ever.add(school)
    return {
        school: reason_unassessed(valid[school], small[school], school in ever, rule.required)
        for school in ever | set(small)
    }


def _line_and_median(levels: FloatArray, threshold: float) -> tuple[float, float]:
    if not levels.size:
        return float("nan"), float("nan")
    return float(np.percentile(levels, 100 * threshold)), float(np.median(levels))


def _probabilities(rule: NeedRule) -> tuple[float, float, float]:
    if rule.probability is None or rule.urgent_probability is None or rule.falling_probability is None:
        raise RuleError("a level rule states its three probabilities", rule.name)
    return rule.probability, rule.urgent_probability, rule.falling_probability


def _level_evidence(
    rule: NeedRule, added: ValueAdded, row: int, line: float, median: float
) -> tuple[Evidence, ...]:
    required, _, sinking = _probabilities(rule)

    def piece(metric: Metric, value: float, sd: float, threshold: float, asked: float) -> Evidence:
        probability = float(normal_probability(np.array([threshold - value]), np.array([sd]))[0])
        return Evidence(
            metric=metric,
            area=added.area,
            year=added.as_of,
            value=value,
            threshold=threshold,
            n=float(added.tested[row]),
            holds=probability >= asked,
            sd=sd,
            probability=probability,
            required_probability=asked,
        )

    level, level_sd = float(added.level[row]), float(added.level_sd[row])
    change, change_sd = float(added.change[row]), float(added.change_sd[row])
    low = piece(Metric.LEVEL_BELOW_LINE, level, level_sd, line, required)
    falling = piece(Metric.LEVEL_CHANGE, change, change_sd, 0.0, sinking)
    if low.holds:
        return low, falling
    middling = replace(low, metric=Metric.LEVEL_BELOW_MEDIAN, threshold=median, holds=True)
    return low, falling, replace(middling, probability=None, required_probability=None)
