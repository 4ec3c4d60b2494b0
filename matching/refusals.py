"""Why a pair is not allowed: one code a rule, in the order in which rules are asked."""

from dataclasses import dataclass
from enum import StrEnum


class RefusalCode(StrEnum):
    """A hard rule that a pair breaks. The order is that of the rules."""

    PHASE_NOT_SHARED = "phase_not_shared"
    NOT_DESIGNATED = "not_designated"
    PAUSED = "paused"
    IN_POST_TOO_SHORT = "in_post_too_short"
    NO_CONSENT = "no_consent"
    COMPLAINT_OPEN = "complaint_open"
    NO_CAPACITY = "no_capacity"
    LEADER_IN_NEED = "leader_in_need"
    LEADER_FALLING = "leader_falling"
    PARTNERSHIP_OPEN = "partnership_open"
    CANNOT_ASSESS = "cannot_assess"
    OWN_SCHOOL = "own_school"
    CONFLICT = "conflict"
    EXCLUDED_BY_SCHOOL = "excluded_by_school"
    DECLINED_RECENTLY = "declined_recently"
    LANGUAGE_NOT_SHARED = "language_not_shared"
    SAME_OWNER = "same_owner"
    TOO_FEW_RESULTS = "too_few_results"
    GAP_TOO_SMALL = "gap_too_small"
    NOT_SURELY_BETTER = "not_surely_better"
    NOT_SURELY_ABOVE_ZERO = "not_surely_above_zero"
    NOT_ASSESSED_BETTER = "not_assessed_better"
    SES_TOO_FAR = "ses_too_far"
    RURALITY_DIFFERS = "rurality_differs"
    NO_PLACE = "no_place"
    TOO_FAR = "too_far"
    TOO_FAR_FOR_LEADER = "too_far_for_leader"
    RIVALS = "rivals"
    COVERAGE_TOO_LOW = "coverage_too_low"
    TOO_DIFFERENT = "too_different"


@dataclass(frozen=True, slots=True, kw_only=True)
class Refusal:
    """The first rule that refuses a pair, with its figures.

    Parameters
    ----------
    code : RefusalCode
    value, threshold : float or None
        What was found and what the rule asks for; None for a rule without numbers.
    """

    code: RefusalCode
    value: float | None = None
    threshold: float | None = None
