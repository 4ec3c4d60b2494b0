"""The hard rules: each pair of school and leader is allowed, or refused by a named rule.

A rule is a function of pairs; it gives, for each, whether it holds, what was found and
what is asked. One pair and millions of pairs go through the same functions, in the same
order, so the answer to "why not?" is the rule that kept the pair out of the run.

A rule about a figure that nobody published does not refuse (the socio-economic group of
a school without a test, say): the floor on coverage stands for all of them. Without a
place, nearness cannot be shown and the pair is refused, unless both accept on line.
"""

from collections.abc import Callable
from typing import NamedTuple

import numpy as np
from scipy.special import ndtr

from matching.arrays import BoolArray, FloatArray, IntArray
from matching.pair_figures import Pairs
from matching.refusals import Refusal, RefusalCode
from matching.sides import Field

_TOLERANCE = 1e-9


class Finding(NamedTuple):
    """What a rule says of some pairs: does it hold; figure found; figure asked."""

    holds: BoolArray
    value: FloatArray | None = None
    threshold: float | FloatArray | None = None


Rule = Callable[[Pairs], Finding]


def _phase_not_shared(p: Pairs) -> Finding:
    return Finding(p.field.leaders.at.row[p.leader] >= 0)


def _not_designated(p: Pairs) -> Finding:
    return Finding(p.field.leaders.designated[p.leader] | p.field.exploratory)


def _paused(p: Pairs) -> Finding:
    return Finding(p.field.leaders.active[p.leader] | p.field.exploratory)


def _in_post_too_short(p: Pairs) -> Finding:
    years, least = p.field.leaders.years_in_post[p.leader], p.field.preset.min_years_in_post
    return Finding((years >= least) | p.field.exploratory, years, least)


def _no_consent(p: Pairs) -> Finding:
    return Finding(p.field.leaders.consents[p.leader] | p.field.exploratory)


def _complaint_open(p: Pairs) -> Finding:
    return Finding(~p.field.leaders.complaint[p.leader])


def _no_capacity(p: Pairs) -> Finding:
    places = p.field.leaders.capacity[p.leader]
    return Finding(places >= 1, places.astype(np.float64), 1.0)


def _leader_in_need(p: Pairs) -> Finding:
    return Finding(~p.field.leaders.in_need[p.leader])


def _leader_falling(p: Pairs) -> Finding:
    return Finding(~p.field.leaders.falling[p.leader])


def _partnership_open(p: Pairs) -> Finding:
    return Finding(~p.field.schools.partnered[p.school])


def _cannot_assess(p: Pairs) -> Finding:
    side = p.field.schools
    return Finding(side.by_results[p.school] | (side.needs[p.school] > 0).any(axis=1))


def _own_school(p: Pairs) -> Finding:
    return Finding(p.field.leaders.schools[p.leader] != p.field.schools.ids[p.school])


def _conflict(p: Pairs) -> Finding:
    return Finding(~p.among(p.field.conflicts))


def _excluded_by_school(p: Pairs) -> Finding:
    return Finding(~p.among(p.field.excluded))


def _declined_recently(p: Pairs) -> Finding:
    return Finding(~p.among(p.field.declined))


def _language_not_shared(p: Pairs) -> Finding:
    return Finding((p.field.schools.languages[p.school] & p.field.leaders.languages[p.leader]) != 0)


def _same_owner(p: Pairs) -> Finding:
    if not p.field.preset.same_owner_bars:
        return Finding(np.ones(p.size, dtype=bool))
    return Finding(~p.same_owner)


def _too_few_results(p: Pairs) -> Finding:
    side = p.field.leaders
    area = p.field.schools.area[p.school]
    tests = side.recent_tests[p.leader, area].astype(np.float64)
    return Finding(~p.by_results | side.by_results[p.leader, area], tests, float(p.field.preset.min_tests))


def _gap_too_small(p: Pairs) -> Finding:
    least = p.field.preset.min_gap
    return Finding(~p.by_results | (p.gap >= least), p.gap, least)


def _not_surely_better(p: Pairs) -> Finding:
    least = p.field.preset.min_probability_better
    return Finding(~p.by_results | (p.probability_better >= least), p.probability_better, least)


def _not_surely_above_zero(p: Pairs) -> Finding:
    least = p.field.preset.min_probability_above_zero
    with np.errstate(invalid="ignore"):
        sure = ndtr(p.leader_level / p.leader_sd)
    return Finding(~p.by_results | (sure >= least), sure, least)


def _not_assessed_better(p: Pairs) -> Finding:
    return Finding(p.by_results | (p.steps_ahead >= 1), p.steps_ahead, 1.0)


def _ses_too_far(p: Pairs) -> Finding:
    most = p.field.preset.max_ses_difference
    apart = p.of_leader.ses_group.take(p.leader)
    apart -= p.of_school.ses_group.take(p.school)
    apart = np.abs(apart, out=apart)
    return Finding(~(apart > most + _TOLERANCE), apart, most)


def _rurality_differs(p: Pairs) -> Finding:
    if not p.field.preset.same_rurality:
        return Finding(np.ones(p.size, dtype=bool))
    side = p.field.leaders
    here, there = p.of_school.rural.take(p.school), p.of_leader.rural.take(p.leader)
    both = (side.worked_rural & side.worked_urban).take(p.leader)
    # unlike only where one is 0 and the other 1; NaN is neither above nor below
    return Finding(~((here > there) | (here < there)) | both)


def _no_place(p: Pairs) -> Finding:
    return Finding(p.online | np.isfinite(p.km) | np.isfinite(p.minutes))


def _too_far(p: Pairs) -> Finding:
    timed = np.isfinite(p.minutes)
    value = np.where(timed, p.minutes, p.km)
    most = np.where(timed, p.field.preset.max_minutes, p.field.preset.max_km)
    return Finding(p.online | (value <= most), value, most)


def _too_far_for_leader(p: Pairs) -> Finding:
    most = p.field.leaders.max_km[p.leader]
    return Finding(p.online | ~(p.km > most), p.km, most)


def _rivals(p: Pairs) -> Finding:
    least = p.field.preset.rival_km
    rivals = p.km <= least
    near = np.flatnonzero(rivals)
    urban = (p.of_school.rural[p.school[near]] == 0) & (p.of_leader.rural[p.leader[near]] == 0)
    rivals[near] = urban & ~p.same_owner[near]
    return Finding(~rivals, p.km, least)


def _coverage_too_low(p: Pairs) -> Finding:
    least = p.field.preset.min_coverage
    return Finding(p.coverage >= least - _TOLERANCE, p.coverage, least)


def _too_different(p: Pairs) -> Finding:
    most = p.field.like_within
    return Finding(p.context_distance <= most, p.context_distance, most)


LEADER_RULES: tuple[tuple[RefusalCode, Rule], ...] = (
    (RefusalCode.PHASE_NOT_SHARED, _phase_not_shared),
    (RefusalCode.NOT_DESIGNATED, _not_designated),
    (RefusalCode.PAUSED, _paused),
    (RefusalCode.IN_POST_TOO_SHORT, _in_post_too_short),
    (RefusalCode.NO_CONSENT, _no_consent),
    (RefusalCode.COMPLAINT_OPEN, _complaint_open),
    (RefusalCode.NO_CAPACITY, _no_capacity),
    (RefusalCode.LEADER_IN_NEED, _leader_in_need),
    (RefusalCode.LEADER_FALLING, _leader_falling),
)
"""Rules about the leader alone."""

SCHOOL_RULES: tuple[tuple[RefusalCode, Rule], ...] = (
    (RefusalCode.PARTNERSHIP_OPEN, _partnership_open),
    (RefusalCode.CANNOT_ASSESS, _cannot_assess),
)
"""Rules about the supported school alone."""

PAIR_RULES: tuple[tuple[RefusalCode, Rule], ...] = (
    (RefusalCode.OWN_SCHOOL, _own_school),
    (RefusalCode.CONFLICT, _conflict),
    (RefusalCode.EXCLUDED_BY_SCHOOL, _excluded_by_school),
    (RefusalCode.DECLINED_RECENTLY, _declined_recently),
    (RefusalCode.LANGUAGE_NOT_SHARED, _language_not_shared),
    (RefusalCode.SAME_OWNER, _same_owner),
    (RefusalCode.TOO_FEW_RESULTS, _too_few_results),
    (RefusalCode.GAP_TOO_SMALL, _gap_too_small),
    (RefusalCode.NOT_SURELY_BETTER, _not_surely_better),
    (RefusalCode.NOT_SURELY_ABOVE_ZERO, _not_surely_above_zero),
    (RefusalCode.NOT_ASSESSED_BETTER, _not_assessed_better),
    (RefusalCode.SES_TOO_FAR, _ses_too_far),
    (RefusalCode.RURALITY_DIFFERS, _rurality_differs),
    (RefusalCode.NO_PLACE, _no_place),
    (RefusalCode.TOO_FAR, _too_far),
    (RefusalCode.TOO_FAR_FOR_LEADER, _too_far_for_leader),
    (RefusalCode.RIVALS, _rivals),
    (RefusalCode.COVERAGE_TOO_LOW, _coverage_too_low),
    (RefusalCode.TOO_DIFFERENT, _too_different),
)
"""Rules about the two together."""

RULES = (*LEADER_RULES, *SCHOOL_RULES, *PAIR_RULES)


def refusal(field: Field, school: int, leader: int) -> Refusal | None:
    """The first rule that refuses a pair, with its figures; None if it is allowed.

    Parameters
    ----------
    field : Field
    school, leader : int
        Rows of the two sides.

    Returns
    -------
    Refusal or None
    """
    pair = Pairs(field, np.array([school], dtype=np.int64), np.array([leader], dtype=np.int64))
    for code, rule in RULES:
        finding = rule(pair)
        if not finding.holds[0]:
            return Refusal(code=code, value=_first(finding.value), threshold=_first(finding.threshold))
    return None


def holding(pairs: Pairs) -> BoolArray:
    """Which rule each pair keeps, of shape (n_rules, n_pairs), in the order of RULES."""
    return np.array([rule(pairs).holds for _, rule in RULES]).reshape(len(RULES), pairs.size)


def _first(figure: float | FloatArray | IntArray | None) -> float | None:
    """A single figure, None where it is missing."""
    if figure is None:
        return None
    number = float(np.ravel(figure)[0])
    return None if np.isnan(number) else number
