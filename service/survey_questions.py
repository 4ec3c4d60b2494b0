"""What the short surveys of a partnership ask, and of whom.

Two short blocks of statements, answered from 1 (no) to 4 (yes) or left out. The first is about the work
together. The second is a scale of trust within the own school, our own wording of the four grounds on which
people judge each other there: respect, competence, personal regard and integrity (Bryk and Schneider 2002,
*Trust in Schools*, chapter 2). Trust is needed and not enough: it is shown, and never used as an outcome.
"""

from collections.abc import Mapping

from service.models.survey_kinds import SurveyGroup

COURSE = ("useful", "agreed", "pace", "next_step")
TRUST = ("respect", "skill", "care", "word")
LEVELS = (4, 3, 2, 1)
LOW = 2.0
"""A mean over the work together that says, on the whole, rather no: the coordination hears of it."""
LONGEST_COMMENT = 2_000

QUESTIONS: dict[SurveyGroup, tuple[str, ...]] = {
    SurveyGroup.LEADERSHIP: COURSE + TRUST,
    SurveyGroup.TEACHERS: ("useful", "pace", *TRUST),
    SurveyGroup.FAMILIES: TRUST,
}


def mean_of_course(levels: Mapping[str, int]) -> float | None:
    """The mean of what was answered about the work together; None where nothing was.

    Examples
    --------
    >>> mean_of_course({"useful": 1, "pace": 2, "respect": 4})
    1.5
    >>> mean_of_course({"respect": 4}) is None
    True
    """
    given = [levels[code] for code in COURSE if code in levels]
    return sum(given) / len(given) if given else None
