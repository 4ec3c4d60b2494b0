"""Which change of state is allowed, and to whom: one table a noun, read by operations, pages and docs.

An operation finds its transition here (:func:`transition`), checks its own guards, and lets
``operations.transitions.advance`` write the new state with its event. Nothing else sets a state.
"""

from collections.abc import Collection
from dataclasses import dataclass
from enum import StrEnum

from service.errors import Conflict, NotAllowed
from service.models.enums import LeaderStatus, ProposalState
from service.models.states import (
    ActivityState,
    ConcernState,
    OfferState,
    PartnershipState,
    RequestState,
    VisitState,
)
from service.text import say


class Party(StrEnum):
    """What somebody is to the thing that changes."""

    SUPPORTED = "supported"
    SUPPORTING = "supporting"
    COORDINATION = "coordination"
    MINISTRY = "ministry"
    ASSESSOR = "assessor"
    CLOCK = "clock"


@dataclass(frozen=True, slots=True)
class Transition:
    """One allowed change.

    ``target`` None means back to the state before (resuming after a pause). ``guards`` are codes of
    what the operation checks besides, in words in ``service.wording``.
    """

    name: str
    sources: tuple[StrEnum, ...]
    target: StrEnum | None
    by: frozenset[Party]
    reason: bool = False
    guards: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Lifecycle:
    """The transitions of one noun; ``initial`` is the state a new one begins in."""

    noun: str
    initial: StrEnum
    transitions: tuple[Transition, ...]

    def named(self, name: str) -> Transition:
        """The transition of this name."""
        return next(one for one in self.transitions if one.name == name)

    def open_to(self, state: StrEnum, parties: Collection[Party]) -> tuple[Transition, ...]:
        """What somebody may do from here, guards apart."""
        return tuple(t for t in self.transitions if state in t.sources and not t.by.isdisjoint(parties))


def transition(lifecycle: Lifecycle, name: str, state: StrEnum, parties: Collection[Party]) -> Transition:
    """Find the transition asked for.

    Raises
    ------
    NotAllowed
        It is somebody else's to do.
    Conflict
        It does not start from this state: somebody was faster, or the page is old.
    """
    found = lifecycle.named(name)
    if found.by.isdisjoint(parties):
        raise NotAllowed(
            say("Este paso le corresponde a otra persona. Pídalo a la coordinación de su servicio local."),
            action=f"{lifecycle.noun}_{name}",
        )
    if state not in found.sources:
        raise Conflict(
            say("Esto ya cambió mientras tanto. Vuelva a abrir la página para ver cómo está ahora."),
            code="state_changed",
            state=state.value,
        )
    return found


def diagram(lifecycle: Lifecycle) -> str:
    """The transitions as a Mermaid state diagram, as ``docs/states.md`` shows it."""
    lines = ["stateDiagram-v2", f"    [*] --> {lifecycle.initial.value}"]
    for one in lifecycle.transitions:
        who = ", ".join(sorted(party.value for party in one.by))
        for source in one.sources:
            target = "before_pause" if one.target is None else one.target.value
            lines.append(f"    {source.value} --> {target}: {one.name} ({who})")
    return "\n".join(lines)


_SCHOOL = frozenset({Party.SUPPORTED})
_LEADER = frozenset({Party.SUPPORTING})
_PAIR = frozenset({Party.SUPPORTED, Party.SUPPORTING})
_COORDINATION = frozenset({Party.COORDINATION})
_CLOCK = frozenset({Party.CLOCK})

_R = RequestState
REQUEST = Lifecycle(
    "request",
    _R.DRAFT,
    (
        Transition("submit", (_R.DRAFT,), _R.SUBMITTED, _SCHOOL | _COORDINATION),
        Transition("diagnose", (_R.SUBMITTED,), _R.DIAGNOSED, _COORDINATION, guards=("validated",)),
        Transition("match", (_R.DIAGNOSED,), _R.MATCHED, _CLOCK | _PAIR | _COORDINATION),
        Transition("close", (_R.SUBMITTED, _R.DIAGNOSED), _R.CLOSED, _COORDINATION, reason=True),
        Transition("withdraw", (_R.DRAFT, _R.SUBMITTED, _R.DIAGNOSED), _R.CLOSED, _SCHOOL),
    ),
)

_P = ProposalState
PROPOSAL = Lifecycle(
    "proposal",
    _P.DRAFT,
    (
        Transition("publish", (_P.DRAFT,), _P.PUBLISHED, _COORDINATION, guards=("publication",)),
        Transition("offer", (_P.PUBLISHED,), _P.OFFERED, _SCHOOL | _COORDINATION | _CLOCK),
        Transition("accept", (_P.OFFERED,), _P.ACCEPTED, _LEADER, guards=("school_chose", "place_left")),
        Transition("agree", (_P.OFFERED,), _P.ACCEPTED, _COORDINATION, guards=("both_said_yes",)),
        Transition("decline", (_P.PUBLISHED, _P.OFFERED), _P.DECLINED, _SCHOOL, reason=True),
        Transition("expire", (_P.PUBLISHED, _P.OFFERED), _P.EXPIRED, _CLOCK),
        Transition(
            "withdraw", (_P.DRAFT, _P.PUBLISHED, _P.OFFERED), _P.WITHDRAWN, _COORDINATION, reason=True
        ),
    ),
)

_O = OfferState
OFFER = Lifecycle(
    "offer",
    _O.WAITING,
    (
        Transition("ask", (_O.WAITING,), _O.ASKED, _CLOCK, guards=("place_left", "no_quiet_date")),
        Transition("accept", (_O.ASKED,), _O.ACCEPTED, _LEADER, guards=("in_time",)),
        Transition("decline", (_O.ASKED,), _O.DECLINED, _LEADER, reason=True),
        Transition("expire", (_O.ASKED,), _O.EXPIRED, _CLOCK),
        Transition(
            "withdraw",
            (_O.WAITING, _O.ASKED, _O.ACCEPTED),
            _O.WITHDRAWN,
            _SCHOOL | _LEADER | _COORDINATION | _CLOCK,
        ),
    ),
)

_S = PartnershipState
_WORKING = (_S.SETUP, _S.TRIAL, _S.ACTIVE, _S.TAPERING)
PARTNERSHIP = Lifecycle(
    "partnership",
    _S.SETUP,
    (
        Transition("begin_trial", (_S.SETUP,), _S.TRIAL, _PAIR | _COORDINATION, guards=("people_named",)),
        Transition(
            "commit",
            (_S.TRIAL,),
            _S.ACTIVE,
            _PAIR | _COORDINATION,
            guards=("both_committed", "agreement_signed"),
        ),
        Transition("taper", (_S.ACTIVE,), _S.TAPERING, _PAIR | _COORDINATION),
        Transition("close", (_S.TAPERING,), _S.CLOSED, _PAIR | _COORDINATION, guards=("handover",)),
        Transition("follow", (_S.CLOSED,), _S.FOLLOW_UP, _CLOCK | _COORDINATION),
        Transition("end", (_S.FOLLOW_UP,), _S.ENDED, _CLOCK | _COORDINATION, guards=("three_years",)),
        Transition("pause", _WORKING, _S.PAUSED, _PAIR | _COORDINATION, reason=True),
        Transition("resume", (_S.PAUSED,), None, _PAIR | _COORDINATION),
        Transition("stop_trial", (_S.SETUP, _S.TRIAL), _S.STOPPED, _PAIR, guards=("within_trial",)),
        Transition("stop", (*_WORKING, _S.PAUSED), _S.STOPPED, _PAIR | _COORDINATION, reason=True),
    ),
)

_V = VisitState
VISIT = Lifecycle(
    "visit",
    _V.PROPOSED,
    (
        Transition("agree", (_V.PROPOSED,), _V.AGREED, _PAIR),
        Transition("move", (_V.PROPOSED, _V.AGREED), _V.PROPOSED, _PAIR),
        Transition("hold", (_V.AGREED,), _V.HELD, _PAIR),
        Transition("miss", (_V.AGREED,), _V.MISSED, _PAIR, reason=True),
        Transition("cancel", (_V.PROPOSED, _V.AGREED), _V.CANCELLED, _PAIR | _COORDINATION, reason=True),
    ),
)

_L = LeaderStatus
_DESIGNATED = (_L.DESIGNATED, _L.ACTIVE, _L.PAUSED)
_CANDIDATE = (_L.APPLIED, _L.ELIGIBLE, _L.ASSESSED)
_DECIDERS = frozenset({Party.COORDINATION, Party.MINISTRY})
LEADER = Lifecycle(
    "leader",
    _L.APPLIED,
    (
        Transition("confirm", (_L.APPLIED,), _L.ELIGIBLE, _DECIDERS, True, ("application",)),
        Transition("assess", (_L.ELIGIBLE,), _L.ASSESSED, _DECIDERS, True, ("judgements",)),
        Transition("designate", (_L.ASSESSED,), _L.DESIGNATED, _DECIDERS, True, ("consents", "term")),
        Transition("decline", _CANDIDATE, _L.WITHDRAWN, _DECIDERS, True),
        Transition(
            "activate",
            (_L.DESIGNATED,),
            _L.ACTIVE,
            _COORDINATION,
            True,
            ("consents", "training", "capacity"),
        ),
        Transition("pause", (_L.DESIGNATED, _L.ACTIVE), _L.PAUSED, _LEADER | _COORDINATION, True),
        Transition(
            "resume",
            (_L.PAUSED,),
            _L.ACTIVE,
            _LEADER | _COORDINATION,
            True,
            ("consents", "training", "capacity"),
        ),
        Transition("lapse", _DESIGNATED, _L.LAPSED, _DECIDERS | _CLOCK, True),
        Transition("withdraw", (*_CANDIDATE, *_DESIGNATED), _L.WITHDRAWN, _LEADER | _COORDINATION, True),
        Transition("apply_again", (_L.LAPSED, _L.WITHDRAWN), _L.APPLIED, _LEADER | _COORDINATION, True),
    ),
)

_C = ConcernState
CONCERN = Lifecycle(
    "concern",
    _C.RAISED,
    (
        Transition(
            "resolve",
            (_C.RAISED, _C.ESCALATED),
            _C.RESOLVED,
            _PAIR | _COORDINATION,
            guards=("steps_confirmed",),
        ),
        Transition("escalate", (_C.RAISED,), _C.ESCALATED, _PAIR | _COORDINATION, reason=True),
    ),
)

_A = ActivityState
ACTIVITY = Lifecycle(
    "activity",
    _A.PLANNED,
    (
        Transition("start", (_A.PLANNED,), _A.IN_PROGRESS, _PAIR),
        Transition("finish", (_A.PLANNED, _A.IN_PROGRESS), _A.DONE, _PAIR, guards=("done_on",)),
        Transition("drop", (_A.PLANNED, _A.IN_PROGRESS), _A.DROPPED, _PAIR, reason=True),
        Transition("reopen", (_A.DONE, _A.DROPPED), _A.IN_PROGRESS, _PAIR),
    ),
)

LIFECYCLES = (REQUEST, PROPOSAL, OFFER, PARTNERSHIP, ACTIVITY, CONCERN, VISIT, LEADER)
