"""States and kinds of a leader's life, beside the status itself."""

from enum import StrEnum


class CriteriaState(StrEnum):
    """Where a version of the criteria stands; two people make one valid."""

    PROPOSED = "proposed"
    APPROVED = "approved"
    REJECTED = "rejected"


class ApplicationOutcome(StrEnum):
    """How an application ended; open ones have none."""

    DESIGNATED = "designated"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"


class InterestKind(StrEnum):
    """What binds a person to a school, so that neither judges nor supports the other."""

    FAMILY = "family"
    RECENT_EMPLOYER = "recent_employer"
    RIVAL = "rival"
    SAME_OWNER = "same_owner"
    OTHER = "other"


class Recommendation(StrEnum):
    """What an assessor says at the end."""

    DESIGNATE = "designate"
    NOT_YET = "not_yet"


class ConsentKind(StrEnum):
    """Whose consent."""

    LEADER = "leader"
    OWNER = "owner"


class ConsentWay(StrEnum):
    """How a consent was given."""

    HERE = "here"
    LETTER = "letter"
    MINUTES = "minutes"
    EMAIL = "email"
    IN_PERSON = "in_person"


class ReviewReason(StrEnum):
    """Why a designation is looked at again."""

    LEFT_POST = "left_post"
    OWN_SCHOOL_IN_NEED = "own_school_in_need"
    OWN_SCHOOL_FALLING = "own_school_falling"


class ReviewDecision(StrEnum):
    """What came of it."""

    CONTINUE = "continue"
    PAUSE = "pause"
    LAPSE = "lapse"


class ComplaintState(StrEnum):
    """Where a complaint about a leader stands."""

    OPEN = "open"
    EXAMINED = "examined"
    UPHELD = "upheld"
    NOT_UPHELD = "not_upheld"
    WITHDRAWN = "withdrawn"


OPEN_COMPLAINTS = (ComplaintState.OPEN, ComplaintState.EXAMINED)


class TeamRole(StrEnum):
    """What a member of a supporting school's team does there."""

    CURRICULUM_HEAD = "curriculum_head"
    DEPUTY_HEAD = "deputy_head"
    TEACHER = "teacher"
    COEXISTENCE = "coexistence"
    INCLUSION = "inclusion"
    OTHER = "other"


class DisputeState(StrEnum):
    """Where the dispute of a figure stands."""

    OPEN = "open"
    UPHELD = "upheld"
    REJECTED = "rejected"
    WITHDRAWN = "withdrawn"
