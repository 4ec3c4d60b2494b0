"""Kinds and states of networks, their ties and their questionnaires."""

from enum import StrEnum


class NetworkRole(StrEnum):
    """In which role a person takes part in a network."""

    HEAD = "head"
    CURRICULUM_HEAD = "curriculum_head"
    TEACHER = "teacher"
    OWNER = "owner"
    SUPERVISOR = "supervisor"


class AgreementState(StrEnum):
    """What became of an agreement."""

    OPEN = "open"
    DONE = "done"
    DROPPED = "dropped"


class GoalSource(StrEnum):
    """Who proposed a goal."""

    MEMBER = "member"
    COORDINATION = "coordination"


class TieKind(StrEnum):
    """Whether two schools chose each other or were told to work together."""

    CHOSEN = "chosen"
    MANDATED = "mandated"


class QuestionnaireKind(StrEnum):
    """What is asked about: how a network works, or the culture of the body that coordinates."""

    FUNCTIONING = "functioning"
    CULTURE = "culture"


class AnswerSide(StrEnum):
    """Who answered, as far as it is kept: a school, or the coordinating body."""

    SCHOOL = "school"
    BODY = "body"
