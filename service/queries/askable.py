"""Who of a shortlist may be asked today: looked at when the school chooses and when the offer leaves,
not only at publication, because weeks pass in between."""

from collections.abc import Collection
from datetime import date

from sqlalchemy.orm import Session

from service.models import Leader, School
from service.models.enums import LeaderStatus, SchoolStatus
from service.queries.complaints import suspended_leaders
from service.queries.declines import barred_pairs
from service.queries.interests import bound_schools
from service.queries.leader_standing import left_post
from service.queries.reach import place_of
from service.queries.settings import setting_of

WORKING = (LeaderStatus.DESIGNATED, LeaderStatus.ACTIVE)


def may_be_proposed(leader: Leader) -> bool:
    """Whether a leader may be put before a school today: working, both consents, trained."""
    consents = leader.consent_on is not None and leader.owner_consent_on is not None
    return leader.status in WORKING and consents and leader.trained_on is not None


def may_be_asked(
    session: Session, school: School, leaders: Collection[Leader], today: date
) -> frozenset[int]:
    """Ids of the leaders who may be asked for a school today, places apart.

    Besides what :func:`may_be_proposed` asks: still in the post behind the designation, no complaint that
    suspends, no interest that binds the two, no decline of this pair, and both schools at work.
    """
    months = int(setting_of(session, "decline_bars_months", place_of(school)))
    barred = {leader for _school, leader in barred_pairs(session, today, months, [school.id])}
    out = left_post(session) | suspended_leaders(session) | barred
    bound = bound_schools(session, school.system, today)
    return frozenset(
        leader.id
        for leader in leaders
        if may_be_proposed(leader)
        and leader.id not in out
        and school.code not in bound.get(leader.id, ())
        and leader.school.status is SchoolStatus.WORKING
    )
