"""Write leaders: a person, the post as head, and the leader that both make together.

A person is found by e-mail, else by name among those known at the school, else made: people and
posts are kept apart, so that a head who moves takes the past along.
"""

from datetime import date, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from service.imports.cells import fold
from service.imports.file import Reading
from service.imports.records import LeaderRecord
from service.models import Account, Grant, Leader, Person, Post
from service.models.enums import PostRole
from service.operations.imports.outcome import Outcome
from service.operations.imports.own import OwnSchools
from service.permissions import Actor
from service.text import say

DAY = timedelta(days=1)
ELSEWHERE = say(
    "Ese correo ya es de una persona de otro territorio. Revíselo; si esa persona llegó a esta "
    "escuela, pida a quien administra Minga que cargue la fila."
)
"""Names nobody: a list of addresses must not tell who they belong to."""
KEPT_IF_BLANK = ("in_post_since", "consent_on", "owner_consent_on", "trained_on")


def write_leaders(
    session: Session, batch_id: int, readings: list[Reading], outcome: Outcome, actor: Actor
) -> None:
    """Store leaders; a row of a known person and school brings that leader up to date."""
    schools = OwnSchools.load(session, actor)
    people = _People(session)
    leaders = {(one.person_id, one.school_id): one for one in session.scalars(select(Leader))}
    seen: set[tuple[int, int]] = set()
    for reading in readings:
        for row, record in reading.records:
            assert isinstance(record, LeaderRecord)
            file = reading.upload.name
            school = schools.find(outcome, file, row, record.system, record.code)
            if school is None:
                continue
            person = people.find(record, school)
            if person is not None and not people.within_reach(person, school, schools):
                outcome.reject(file, row, "email_of_other_person", ELSEWHERE, "email")
                continue
            if person is not None and not _same_person(person, record):
                sentence = say("Ese correo ya es de %(name)s.", name=person.name)
                outcome.reject(file, row, "email_of_other_person", sentence, "email")
                continue
            if person is not None and (person.id, school) in seen:
                sentence = say("La persona y el establecimiento vienen más de una vez.")
                outcome.reject(file, row, "duplicate_row", sentence, "name")
                continue
            is_new_person = person is None
            person = person or people.add(record)
            differs = not is_new_person and people.update(person, record)
            people.at_school.setdefault((fold(record.name), school), person)
            people.schools_of.setdefault(person.id, set()).add(school)
            seen.add((person.id, school))
            differs |= _ensure_post(session, people, person, school, record.in_post_since)
            leader = leaders.get((person.id, school))
            is_new = leader is None
            if leader is None:
                leader = Leader(person_id=person.id, school_id=school, batch_id=batch_id)
                leaders[person.id, school] = leader
                session.add(leader)
            differs |= _fill(leader, record, batch_id, f"{file}, fila {row}")
            outcome.count(is_new=is_new, differs=differs)
    session.flush()


def _fill(leader: Leader, record: LeaderRecord, batch_id: int, source: str) -> bool:
    """Take over what the row says; a blank date keeps the one known."""
    facts: dict[str, Any] = {
        "status": record.status,
        "capacity": record.capacity,
        "elements": record.elements,
        "languages": list(record.languages),
        "online": record.online,
        "max_km": record.max_km,
    }
    for name in KEPT_IF_BLANK:
        if (value := getattr(record, name)) is not None:
            facts[name] = value
    differs = {name for name, value in facts.items() if getattr(leader, name) != value}
    for name in differs:
        setattr(leader, name, facts[name])
    if differs:
        leader.batch_id, leader.source = batch_id, source[:300]
    return bool(differs)


def _same_person(person: Person, record: LeaderRecord) -> bool:
    """Whether the names share a word: a school's own address passes from head to head."""
    return bool(set(fold(person.name).split()) & set(fold(record.name).split()))


class _People:
    """People by e-mail, and by name at the schools where they hold or held a post."""

    def __init__(self, session: Session) -> None:
        self.session = session
        everyone = {one.id: one for one in session.scalars(select(Person))}
        self.by_email = {one.email.casefold(): one for one in everyone.values() if one.email}
        self.posts = list(session.scalars(select(Post)))
        self.at_school: dict[tuple[str, int], Person] = {}
        self.schools_of: dict[int, set[int]] = {}
        for person_id, school_id in session.execute(select(Leader.person_id, Leader.school_id)):
            self.at_school[fold(everyone[person_id].name), school_id] = everyone[person_id]
            self.schools_of.setdefault(person_id, set()).add(school_id)
        for post in self.posts:
            person = everyone[post.person_id]
            self.at_school.setdefault((fold(person.name), post.school_id), person)
            self.schools_of.setdefault(person.id, set()).add(post.school_id)

        for holder, place in session.execute(
            select(Account.person_id, Grant.school_id).join(Grant, Grant.account_id == Account.id)
        ):
            if place is not None:
                self.schools_of.setdefault(holder, set()).add(place)

    def find(self, record: LeaderRecord, school: int) -> Person | None:
        """The person a row means, if known."""
        if record.email and record.email in self.by_email:
            return self.by_email[record.email]
        return self.at_school.get((fold(record.name), school))

    def within_reach(self, person: Person, school: int, schools: OwnSchools) -> bool:
        """Whether the actor may know this person: by a school of theirs, or as the operator."""
        if schools.actor.operator:
            return True
        return any(one == school or schools.reaches(one) for one in self.schools_of.get(person.id, ()))

    def add(self, record: LeaderRecord) -> Person:
        """Make a person."""
        person = Person(name=record.name, email=record.email)
        self.session.add(person)
        self.session.flush()
        if record.email:
            self.by_email[record.email] = person
        return person

    def update(self, person: Person, record: LeaderRecord) -> bool:
        """Take over name and e-mail of a known person."""
        differs = person.name != record.name or (record.email is not None and person.email != record.email)
        person.name = record.name
        if record.email is not None and person.email != record.email:
            person.email = record.email
            self.by_email[record.email] = person
        return differs


def _ensure_post(session: Session, people: _People, person: Person, school: int, start: date | None) -> bool:
    """The person's post as head of the school; who held it before leaves the day before."""
    heads = [
        post
        for post in people.posts
        if post.school_id == school and post.role is PostRole.HEAD and post.end_on is None
    ]
    mine = next((post for post in heads if post.person_id == person.id), None)
    if mine is not None and (start is None or mine.start_on == start):
        return False
    for other in heads:
        if (
            other.person_id != person.id
            and start is not None
            and (other.start_on is None or other.start_on < start)
        ):
            other.end_on = start - DAY
    if mine is None:
        mine = Post(person_id=person.id, school_id=school, role=PostRole.HEAD, end_on=None)
        people.posts.append(mine)
        session.add(mine)
    mine.start_on = start
    return True
