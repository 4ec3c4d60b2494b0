"""Plan a journey over several visits: order, time, kilometres and cost (feature V9)."""

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from service.errors import InvalidInput
from service.models import School, Visit
from service.queries.reach import place_of
from service.queries.settings import settings_of
from service.queries.visits import receiving_school, visiting_school
from service.snapshots.trips import ways_between
from service.text import say
from service.trips import MOST_STOPS, Trip, plan_trip


@dataclass(frozen=True, slots=True)
class TripPlan:
    """A journey in order; costs are None where the programme has set none, or the way is not known."""

    start: School
    stops: tuple[tuple[School, tuple[Visit, ...]], ...]
    trip: Trip
    cost: float | None
    estimated: bool


def plan_journey(session: Session, visits: list[Visit], *, start: School | None = None) -> TripPlan:
    """The quickest round over the receiving schools of some visits, from a school and back to it.

    Raises
    ------
    InvalidInput
        More schools than a journey holds, or the start is the only stop.
    """
    home = start or visiting_school(visits[0].partnership, visits[0].direction)
    by_school: dict[int, list[Visit]] = {}
    for visit in visits:
        host = receiving_school(visit.partnership, visit.direction)
        if host.id != home.id:
            by_school.setdefault(host.id, []).append(visit)
    if not by_school:
        raise _refused(say("El viaje empieza donde es la visita; elija otro punto de partida."))
    if len(by_school) > MOST_STOPS:
        raise _refused(say("Un viaje reúne hasta %(n)s escuelas; quite algunas.", n=MOST_STOPS))
    schools = {
        one.id: one
        for one in session.scalars(
            select(School)
            .where(School.id.in_((home.id, *by_school)))
            .options(selectinload(School.ownerships))
        )
    }
    places = [schools[home.id], *(schools[school_id] for school_id in sorted(by_school))]
    minutes, km, estimated = ways_between(session, places)
    trip = plan_trip(minutes, km, [sum(v.minutes for v in by_school[one.id]) for one in places[1:]])
    values = settings_of(session, place_of(schools[home.id]))
    priced = trip.km is not None and (values["cost_per_km"] or values["cost_per_night"])
    return TripPlan(
        schools[home.id],
        tuple((places[leg.target], tuple(by_school[places[leg.target].id])) for leg in trip.legs[:-1]),
        trip,
        (trip.km or 0) * values["cost_per_km"] + trip.nights * values["cost_per_night"] if priced else None,
        estimated,
    )


def _refused(sentence: str) -> InvalidInput:
    return InvalidInput(sentence, {"visita": sentence}, code="trip")
