"""The next step of a partnership, for whoever looks: one sentence and one button."""

from dataclasses import dataclass

from service.lifecycles import Party
from service.models.states import PartnershipState, Side
from service.queries.partnership_tasks import Situation

S = PartnershipState


@dataclass(frozen=True, slots=True)
class NextStep:
    """What comes next: a code that has words, and where its button leads (empty: nothing to press).

    ``step`` is a transition to be confirmed, ``page`` an endpoint of the blueprint.
    """

    code: str
    page: str = ""
    step: str = ""


def next_step(one: Situation, parties: frozenset[Party]) -> NextStep:
    """What this reader does next; of who only looks, what is waited for."""
    found = _of_pair(one, parties)
    mine = not parties.isdisjoint({Party.SUPPORTED, Party.SUPPORTING, Party.COORDINATION})
    return found if mine else NextStep(found.code)


def _of_pair(one: Situation, parties: frozenset[Party]) -> NextStep:
    side = (
        Side.SUPPORTED
        if Party.SUPPORTED in parties
        else Side.SUPPORTING
        if Party.SUPPORTING in parties
        else None
    )
    if one.state in (S.SETUP, S.TRIAL, S.ACTIVE, S.TAPERING):
        return _while_open(one, side)
    if one.state is S.PAUSED:
        return NextStep("resume", step="resume")
    if one.state is S.CLOSED:
        follow = Party.COORDINATION in parties
        return NextStep("follow", step="follow") if follow else NextStep("wait_follow")
    if one.state is S.FOLLOW_UP:
        if one.follow_ups_due:
            return NextStep("look_back", page="after")
        if not one.follow_ups_open and Party.COORDINATION in parties:
            return NextStep("end", step="end")
        return NextStep("wait_year")
    return NextStep("over")


def _while_open(one: Situation, side: Side | None) -> NextStep:
    if len(one.sides_named) < 2:
        return NextStep("name_people", page="people")
    if one.state is S.SETUP:
        return NextStep("begin_trial", step="begin_trial")
    if not one.agreements:
        return NextStep("propose_agreement", page="agreement")
    if not one.agreement_signed:
        signed = side is None or side in one.newest_signed
        return NextStep("wait_signature", page="agreement") if signed else NextStep("sign", page="agreement")
    if one.state is S.TRIAL:
        committed = side is None or side in one.committed
        return NextStep("wait_commitment") if committed else NextStep("commit", step="commit")
    if not one.core_objectives:
        return NextStep("add_objective", page="plan")
    if not one.activities:
        return NextStep("add_activity", page="plan")
    if one.half_review and side is not None and side not in one.half_review:
        return NextStep("answer_review", page="review")
    if one.next_review_on is not None and one.next_review_on <= one.today and not one.no_review_needed:
        return NextStep("review", page="review")
    if one.late_activities:
        return NextStep("late_activity", page="plan")
    if not one.counted:
        return NextStep("count", page="participation")
    if one.state is S.TAPERING:
        if one.handover_missing:
            return NextStep("handover", page="closing")
        return NextStep("close", step="close")
    if one.end_on is not None and (one.end_on - one.today).days <= 90:
        return NextStep("taper", step="taper")
    return NextStep("carry_on", page="plan")
