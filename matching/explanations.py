"""Why a pair, in codes and numbers; the words are made where the language is known."""

from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from matching.features import Feature
from matching.pair_figures import Pairs
from matching.phase_evidence import AREAS
from matching.sides import ELEMENTS, Field


class ReasonCode(StrEnum):
    """What speaks for a pair, or should be known about it."""

    ALIKE_IN = "alike_in"
    DIFFERS_IN = "differs_in"
    NOT_COMPARED = "not_compared"
    BETTER_IN = "better_in"
    AHEAD_IN = "ahead_in"
    BY_ASSESSMENT = "by_assessment"
    DISTANCE = "distance"
    TRAVEL_TIME = "travel_time"
    ON_LINE = "on_line"
    PLACE_ESTIMATED = "place_estimated"
    YEARS_IN_POST = "years_in_post"
    WORKED_IN_BOTH = "worked_in_both"
    SAME_OWNER = "same_owner"
    WORKED_TOGETHER = "worked_together"


@dataclass(frozen=True, slots=True, kw_only=True)
class Reason:
    """One reason with its figures.

    Parameters
    ----------
    code : ReasonCode
    subject : str or None
        The feature, area or element it speaks of.
    value : float or None
        SDs apart (alike, differs), points (better), levels (ahead), km, minutes, years.
    share : float or None
        Contribution to the squared distance, or the probability of being better.
    since : int or None
        Year of the first result it rests on.
    """

    code: ReasonCode
    subject: str | None = None
    value: float | None = None
    share: float | None = None
    since: int | None = None


def reasons(field: Field, school: int, leader: int, alike: int = 3) -> tuple[Reason, ...]:
    """What speaks for a pair, and what should be known about it.

    Parameters
    ----------
    field : Field
    school, leader : int
        Rows of the two sides.
    alike : int
        How many of the features in which they are most alike to name.

    Returns
    -------
    tuple of Reason
        Features alike (smallest contribution first), the one that differs most, those
        not compared; then in what the leader's school is better; then the way.
    """
    pair = Pairs(field, np.array([school], dtype=np.int64), np.array([leader], dtype=np.int64))
    return (*_context_reasons(pair, alike), *_better_reasons(pair), *_other_reasons(pair))


def _context_reasons(pair: Pairs, alike: int) -> list[Reason]:
    if pair.of_leader.row[pair.leader[0]] < 0:
        return []
    space = pair.field.space
    parts = pair.contributions()[:, 0]
    weights = space.feature_weights
    shared = float(weights[np.isfinite(parts)].sum())
    found: list[tuple[float, Feature, float]] = []
    missing: list[Reason] = []
    for feature, part, weight in zip(space.context.features, parts, weights, strict=True):
        if weight == 0:
            continue
        if np.isnan(part):
            missing.append(Reason(code=ReasonCode.NOT_COMPARED, subject=str(feature)))
        else:
            found.append((float(part), feature, float(np.sqrt(part * shared / weight))))
    order = {feature: place for place, feature in enumerate(Feature)}
    found.sort(key=lambda entry: (entry[0], order[entry[1]]))
    named = [
        Reason(code=ReasonCode.ALIKE_IN, subject=str(feature), value=apart, share=part)
        for part, feature, apart in found[:alike]
    ]
    if len(found) > alike and found[-1][0] > 0:
        part, feature, apart = found[-1]
        named.append(Reason(code=ReasonCode.DIFFERS_IN, subject=str(feature), value=apart, share=part))
    return named + missing


def _better_reasons(pair: Pairs) -> list[Reason]:
    field, school, leader = pair.field, int(pair.school[0]), int(pair.leader[0])
    told: list[Reason] = []
    if pair.by_results[0]:
        told.append(
            Reason(
                code=ReasonCode.BETTER_IN,
                subject=str(AREAS[int(field.schools.area[school])]),
                value=_number(pair.gap[0]),
                share=_number(pair.probability_better[0]),
                since=int(field.leaders.first_year[leader]) or None,
            )
        )
    else:
        told.append(Reason(code=ReasonCode.BY_ASSESSMENT))
    for column, element in enumerate(ELEMENTS):
        need = int(field.schools.needs[school, column])
        strength = int(field.leaders.strengths[leader, column])
        if need and strength > need:
            told.append(Reason(code=ReasonCode.AHEAD_IN, subject=str(element), value=float(strength - need)))
    return told


def _other_reasons(pair: Pairs) -> list[Reason]:
    leaders, leader = pair.field.leaders, int(pair.leader[0])
    told: list[Reason] = []
    figures = (
        (ReasonCode.DISTANCE, pair.km[0]),
        (ReasonCode.TRAVEL_TIME, pair.minutes[0]),
        (ReasonCode.YEARS_IN_POST, leaders.years_in_post[leader]),
    )
    for code, figure in figures:
        if np.isfinite(figure):
            told.append(Reason(code=code, value=float(figure)))
    facts = (
        (ReasonCode.ON_LINE, pair.online[0]),
        (ReasonCode.PLACE_ESTIMATED, pair.place_estimated[0]),
        (ReasonCode.WORKED_IN_BOTH, leaders.worked_rural[leader] and leaders.worked_urban[leader]),
        (ReasonCode.SAME_OWNER, pair.same_owner[0]),
        (ReasonCode.WORKED_TOGETHER, pair.among(pair.field.together)[0]),
    )
    return told + [Reason(code=code) for code, holds in facts if holds]


def _number(figure: float) -> float | None:
    return None if np.isnan(figure) else float(figure)
