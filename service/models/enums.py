"""States and kinds of the stored things; ``service.wording`` puts them into words."""

from enum import StrEnum

from matching.elements import Element
from matching.profiles import OwnerKind, Phase

__all__ = [
    "AbsenceReason",
    "AccountRequestState",
    "BatchState",
    "ChangeDecision",
    "ChangeKind",
    "Element",
    "IndicatorKind",
    "LeaderStatus",
    "LinkKind",
    "MarkKind",
    "MessageState",
    "OwnerKind",
    "OwnerType",
    "Phase",
    "PostRole",
    "ProposalState",
    "RankingSide",
    "Role",
    "RunState",
    "SchoolStatus",
    "Subject",
]


class SchoolStatus(StrEnum):
    """Whether a school works."""

    WORKING = "working"
    RECESS = "recess"
    CLOSED = "closed"
    AUTHORISED = "authorised"


class OwnerType(StrEnum):
    """Who owns a school, as the official files tell it."""

    MUNICIPAL_CORPORATION = "municipal_corporation"
    MUNICIPAL = "municipal"
    LOCAL_SERVICE = "local_service"
    SUBSIDISED = "subsidised"
    PRIVATE = "private"
    DELEGATED = "delegated"
    MAINTAINED = "maintained"
    ACADEMY = "academy"
    INDEPENDENT = "independent"
    OTHER = "other"

    @property
    def kind(self) -> OwnerKind:
        """The kind used to correct value added and to tell who is publicly owned."""
        if self in PUBLIC_OWNERS:
            return OwnerKind.PUBLIC
        if self in (OwnerType.PRIVATE, OwnerType.INDEPENDENT):
            return OwnerKind.PRIVATE
        return OwnerKind.SUBSIDISED


PUBLIC_OWNERS = frozenset(
    {
        OwnerType.MUNICIPAL_CORPORATION,
        OwnerType.MUNICIPAL,
        OwnerType.LOCAL_SERVICE,
        OwnerType.MAINTAINED,
        OwnerType.ACADEMY,
    }
)


class Subject(StrEnum):
    """A tested subject."""

    READING = "reading"
    MATHEMATICS = "mathematics"
    SOCIAL_SCIENCE = "social_science"
    SCIENCE = "science"
    WRITING = "writing"
    GRAMMAR = "grammar"


class AbsenceReason(StrEnum):
    """Why a figure is absent; absent never reads as zero."""

    NOT_TESTED = "not_tested"
    TOO_FEW = "too_few"
    SUPPRESSED = "suppressed"
    REMARK = "remark"
    NOT_PUBLISHED = "not_published"


class IndicatorKind(StrEnum):
    """A yearly figure about a school that is no test result."""

    VULNERABILITY_PRIMARY = "vulnerability_primary"
    VULNERABILITY_SECONDARY = "vulnerability_secondary"
    FREE_MEALS = "free_meals"
    DISADVANTAGED = "disadvantaged"
    ENROLMENT = "enrolment"


class PostRole(StrEnum):
    """What a person is at a school."""

    HEAD = "head"
    CURRICULUM_HEAD = "curriculum_head"
    TEACHER = "teacher"


class Role(StrEnum):
    """What an account may do; a person may hold several."""

    MINISTRY = "ministry"
    COORDINATOR = "coordinator"
    DIRECTOR = "director"
    CURRICULUM_HEAD = "curriculum_head"
    LEADER = "leader"
    ASSESSOR = "assessor"
    READ_ONLY = "read_only"


class LeaderStatus(StrEnum):
    """Where a leader stands between application and lapse."""

    APPLIED = "applied"
    ELIGIBLE = "eligible"
    ASSESSED = "assessed"
    DESIGNATED = "designated"
    ACTIVE = "active"
    PAUSED = "paused"
    LAPSED = "lapsed"
    WITHDRAWN = "withdrawn"


class RunState(StrEnum):
    """Where a matching run stands."""

    QUEUED = "queued"
    RUNNING = "running"
    FINISHED = "finished"
    FAILED = "failed"
    PUBLISHED = "published"


class ProposalState(StrEnum):
    """Where a proposal stands; a leader holds a place for it from ``published`` to ``accepted``."""

    DRAFT = "draft"
    PUBLISHED = "published"
    OFFERED = "offered"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    EXPIRED = "expired"
    WITHDRAWN = "withdrawn"


class MarkKind(StrEnum):
    """A coordinator's word on a pair before a run."""

    LOCK = "lock"
    FORBID = "forbid"


class RankingSide(StrEnum):
    """Who states whom they would rather work with."""

    SCHOOL = "school"
    LEADER = "leader"


class BatchState(StrEnum):
    """Where an import stands; only ``applied`` has changed anything."""

    UPLOADED = "uploaded"
    CHECKED = "checked"
    APPLIED = "applied"
    REFUSED = "refused"
    DISCARDED = "discarded"


class ChangeKind(StrEnum):
    """What a newer file says of a school that was known already."""

    OPENED = "opened"
    CLOSED = "closed"
    REOPENED = "reopened"
    RENAMED = "renamed"
    OWNER_CHANGED = "owner_changed"
    MERGED = "merged"
    MOVED = "moved"
    CORRECTED_HERE = "corrected_here"


class ChangeDecision(StrEnum):
    """Whether a change of the file is taken over."""

    ACCEPTED = "accepted"
    REJECTED = "rejected"


class MessageState(StrEnum):
    """Where a message of the outbox stands."""

    WAITING = "waiting"
    SENDING = "sending"
    SENT = "sent"
    VOID = "void"
    DEAD = "dead"


class LinkKind(StrEnum):
    """What a link sent by mail opens, once."""

    INVITATION = "invitation"
    RESET = "reset"


class AccountRequestState(StrEnum):
    """Where the request for an account stands."""

    WAITING = "waiting"
    APPROVED = "approved"
    DECLINED = "declined"
