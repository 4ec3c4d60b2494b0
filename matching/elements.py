"""The rubric shared by needs and strengths.

One list of elements serves the diagnosis of a school, the strengths of a leader and
the rubric of trajectories, after Bellei, Valenzuela, Vanni and Contreras (2014),
*Lo aprendí en la escuela*. The two measured areas stand beside them: they come from
results, not from judgement.
"""

from enum import StrEnum


class Element(StrEnum):
    """What a school can need help with, or be good at."""

    CULTURE = "culture"
    PROFESSIONAL = "professional"
    OBSERVATION = "observation"
    FOCUS = "focus"
    INSTITUTIONAL = "institutional"
    STRATEGY = "strategy"
    LEADERSHIP = "leadership"
    TRUST = "trust"
    READING = "reading"
    MATHEMATICS = "mathematics"


class Dimension(StrEnum):
    """The four dimensions of Chile's improvement plan (PME), which group the elements."""

    PEDAGOGY = "pedagogy"
    LEADERSHIP = "leadership"
    FORMATION = "formation"
    RESOURCES = "resources"


class Stage(StrEnum):
    """The four types of improvement trajectory; not strictly a sequence."""

    INCIPIENT = "incipient"
    RESTRICTED = "restricted"
    INSTITUTIONALISING = "institutionalising"
    INSTITUTIONALISED = "institutionalised"


MEASURED_AREAS: tuple[Element, ...] = (Element.READING, Element.MATHEMATICS)
RUBRIC_ELEMENTS: tuple[Element, ...] = tuple(e for e in Element if e not in MEASURED_AREAS)

ELEMENTS_OF_DIMENSION: dict[Dimension, tuple[Element, ...]] = {
    Dimension.PEDAGOGY: (Element.OBSERVATION, Element.FOCUS, Element.PROFESSIONAL),
    Dimension.LEADERSHIP: (Element.LEADERSHIP, Element.STRATEGY, Element.INSTITUTIONAL),
    Dimension.FORMATION: (Element.CULTURE, Element.TRUST),
    Dimension.RESOURCES: (),
}

LEVEL_OF_STAGE: dict[Stage, int] = {stage: level for level, stage in enumerate(Stage, start=1)}
"""Rubric level, 1 (incipient) to 4 (institutionalised), as needs and strengths store it."""
