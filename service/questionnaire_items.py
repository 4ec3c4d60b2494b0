"""What the two questionnaires for reflection ask; the wording of every statement is our own.

*Functioning of a network*: one statement for each of the eight features of networks that work named by
Rincón-Gallardo and Fullan (2016, Journal of Professional Capital and Community 1(1), 5-22), and one on whose
goals they are, which school leaders in networks asked to have told.

*Profile of the coordinating body*: four statements for each of the three cultures of districts (Firestone
2009, Phi Delta Kappan 90(9), 670-676, as read by Anderson), and one for each of the five traits of leading
from the middle (Hargreaves and Ainscow 2015, Phi Delta Kappan 97(3), 42-48). A culture is no grade, and none
is a rank.
"""

from collections.abc import Mapping

from service.models.network_kinds import QuestionnaireKind

LEVELS = (4, 3, 2, 1)

FUNCTIONING = (
    "purpose",
    "bonds",
    "inquiry",
    "steering",
    "learning",
    "outward",
    "families",
    "means",
    "own_goals",
)
CULTURES: dict[str, tuple[str, ...]] = {
    "laissez_faire": ("alone", "paperwork", "no_questions", "far"),
    "accountability": ("targets", "compliance", "figures_up", "pressure"),
    "learning": ("ask_why", "feedback", "practice_shared", "mistakes"),
}
TRAITS = ("local_need", "all_pupils", "initiative", "joined_aims", "open_results")
MIXED = tuple(code for group in zip(*CULTURES.values(), strict=True) for code in group)
"""The statements on culture as they are asked: mixed, so that no block says which culture it is."""

ITEMS: dict[QuestionnaireKind, tuple[str, ...]] = {
    QuestionnaireKind.FUNCTIONING: FUNCTIONING,
    QuestionnaireKind.CULTURE: MIXED + TRAITS,
}


def culture_level(levels: Mapping[str, int], culture: str) -> float | None:
    """How far one person sees a culture, from 1 to 4: the mean of its statements.

    None where fewer than half of them were answered.

    Examples
    --------
    >>> culture_level({"ask_why": 4, "feedback": 3, "mistakes": 2}, "learning")
    3.0
    >>> culture_level({"ask_why": 4}, "learning") is None
    True
    """
    codes = CULTURES[culture]
    given = [levels[code] for code in codes if code in levels]
    return sum(given) / len(given) if 2 * len(given) >= len(codes) else None
