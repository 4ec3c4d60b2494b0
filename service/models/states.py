"""States and kinds of the work of two schools: requests, proposals, partnerships, visits."""

from enum import StrEnum


class RequestState(StrEnum):
    """Where a school's request for a peer stands."""

    DRAFT = "draft"
    SUBMITTED = "submitted"
    DIAGNOSED = "diagnosed"
    MATCHED = "matched"
    CLOSED = "closed"


class DiagnosisOutcome(StrEnum):
    """What a diagnosis led to (feature N5)."""

    MATCH = "match"
    REVIEW_PROGRESS = "review_progress"
    CANNOT_ASSESS = "cannot_assess"


class PartnershipState(StrEnum):
    """Where two schools stand together."""

    SETUP = "setup"
    TRIAL = "trial"
    ACTIVE = "active"
    TAPERING = "tapering"
    CLOSED = "closed"
    FOLLOW_UP = "follow_up"
    ENDED = "ended"
    PAUSED = "paused"
    STOPPED = "stopped"


OPEN_PARTNERSHIPS = frozenset(
    {
        PartnershipState.SETUP,
        PartnershipState.TRIAL,
        PartnershipState.ACTIVE,
        PartnershipState.TAPERING,
        PartnershipState.PAUSED,
    }
)
"""States in which a partnership takes a place of its leader and keeps its school out of a run."""


class PartnershipOrigin(StrEnum):
    """How two schools came together."""

    RUN = "run"
    BY_HAND = "by_hand"
    IMPOSED = "imposed"


class Side(StrEnum):
    """The two sides of a partnership."""

    SUPPORTED = "supported"
    SUPPORTING = "supporting"


class VisitState(StrEnum):
    """Where a visit stands."""

    PROPOSED = "proposed"
    AGREED = "agreed"
    HELD = "held"
    MISSED = "missed"
    CANCELLED = "cancelled"


class ExchangeKind(StrEnum):
    """Who meets whom (feature P8)."""

    HEAD = "head"
    TEAM = "team"
    TEACHERS = "teachers"
    PUPILS = "pupils"


class VisitDirection(StrEnum):
    """Which school receives."""

    TO_SUPPORTED = "to_supported"
    TO_SUPPORTING = "to_supporting"


class VisitMode(StrEnum):
    """On site, or on line."""

    ON_SITE = "on_site"
    ONLINE = "online"


class AttendanceRole(StrEnum):
    """As what somebody took part in a visit."""

    LEADERSHIP = "leadership"
    TEACHER = "teacher"
    ASSISTANT = "assistant"
    PUPIL = "pupil"


class CalendarDayKind(StrEnum):
    """What a span of days of the school calendar is."""

    TERM = "term"
    BREAK = "break"
    HOLIDAY = "holiday"
    TEST = "test"
    QUIET = "quiet"


class BusySource(StrEnum):
    """Where a busy time comes from."""

    OWN = "own"
    IMPORTED = "imported"


class CandidateState(StrEnum):
    """What became of one card of a school's shortlist."""

    SHOWN = "shown"
    CHOSEN = "chosen"
    ASKED = "asked"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    EXPIRED = "expired"
    TURNED_DOWN = "turned_down"
    UNAVAILABLE = "unavailable"


class OfferState(StrEnum):
    """Where the question to one leader for one school stands."""

    WAITING = "waiting"
    ASKED = "asked"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    EXPIRED = "expired"
    WITHDRAWN = "withdrawn"


OPEN_OFFERS = frozenset({OfferState.WAITING, OfferState.ASKED, OfferState.ACCEPTED})
"""Offers that hold a place of their leader, unless a partnership came of them (feature C1)."""


class DeclineReason(StrEnum):
    """Why a pair did not come about; no reason counts against anybody (feature C3)."""

    NO_TIME = "no_time"
    TOO_FAR = "too_far"
    OTHER_NEEDS = "other_needs"
    KNOWN_ALREADY = "known_already"
    WORKS_WITH_OTHERS = "works_with_others"
    NOT_NOW = "not_now"
    RATHER_NOT_SAY = "rather_not_say"
    OTHER = "other"
    NO_ANSWER = "no_answer"
    CONSENT_WITHDRAWN = "consent_withdrawn"


GIVEN_REASONS = tuple(
    reason
    for reason in DeclineReason
    if reason not in (DeclineReason.NO_ANSWER, DeclineReason.CONSENT_WITHDRAWN)
)
"""Reasons that a person may choose."""


class AnswerRole(StrEnum):
    """As what somebody answered a school's self-assessment (feature N3)."""

    HEAD = "head"
    CURRICULUM_HEAD = "curriculum_head"
    TEACHER = "teacher"
    COORDINATOR = "coordinator"


class SupportKind(StrEnum):
    """What helped a school from outside, or does now (feature N8)."""

    PROGRAMME = "programme"
    ADVISER = "adviser"
    NETWORK = "network"
    OTHER = "other"


class ObjectiveArea(StrEnum):
    """What an objective is about; a plan has at least one on teaching or leadership (P5)."""

    TEACHING = "teaching"
    LEADERSHIP = "leadership"
    CLIMATE = "climate"
    ATTENDANCE = "attendance"
    DEVELOPMENT = "development"


class ActivityState(StrEnum):
    """Where an activity of a plan stands."""

    PLANNED = "planned"
    IN_PROGRESS = "in_progress"
    DONE = "done"
    DROPPED = "dropped"


class ReviewMark(StrEnum):
    """How an objective goes: green, amber and red of the sources, said in words (P6)."""

    ON_TRACK = "on_track"
    NEEDS_ATTENTION = "needs_attention"
    OFF_TRACK = "off_track"


class ReviewOverall(StrEnum):
    """How the whole goes, as a side of the pair sees it."""

    PROGRESSING = "progressing"
    REACHED = "reached"
    NOT_YET = "not_yet"
    STALLED = "stalled"


class ConcernState(StrEnum):
    """Where a concern stands."""

    RAISED = "raised"
    RESOLVED = "resolved"
    ESCALATED = "escalated"


class ConcernReason(StrEnum):
    """What a concern is mainly about."""

    COMMUNICATION = "communication"
    TIME = "time"
    AGREEMENT = "agreement"
    LEADERSHIP_CHANGE = "leadership_change"
    FIT = "fit"
    OTHER = "other"


class NoteLevel(StrEnum):
    """Who reads a note: the pair only, or its coordination too (P17)."""

    PAIR = "pair"
    SHARED = "shared"


class RatingMoment(StrEnum):
    """When the sustainability checklist is rated."""

    MIDTERM = "midterm"
    CLOSING = "closing"
    FOLLOW_UP = "follow_up"


class FollowUpState(StrEnum):
    """Where a task of the follow-up stands; a missing result keeps it open."""

    OPEN = "open"
    DONE = "done"
