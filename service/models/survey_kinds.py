"""Kinds of the short surveys of a partnership."""

from enum import StrEnum


class SurveyMoment(StrEnum):
    """What a survey is asked after."""

    REGULAR = "regular"
    VISIT = "visit"
    CLOSING = "closing"


class SurveyGroup(StrEnum):
    """As what somebody answers; trust is told for each apart."""

    LEADERSHIP = "leadership"
    TEACHERS = "teachers"
    FAMILIES = "families"


SHEET_GROUPS = (SurveyGroup.TEACHERS, SurveyGroup.FAMILIES)
"""Those who answer by a printed link, without an account and without a name."""
