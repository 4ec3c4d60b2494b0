"""Fill an empty database with the demo country: files, people, runs and published proposals.

Everything goes the way it goes for people: the files through the importers, the runs through the
operations. Only the accounts and the validated diagnoses are made here, because their makers are
invented too.
"""

import json
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session, selectinload

from service.db import Database
from service.demo import Written, generate, write
from service.errors import Conflict, InvalidInput
from service.imports.reading import Upload
from service.models import Account, Diagnosis, Grant, Leader, Person, Proposal, Run, School
from service.models.columns import local_today
from service.models.enums import Role
from service.operations.accounts import add_account, place_of_grant
from service.operations.demo_leaders import live_as_leaders
from service.operations.demo_networks import form_demo_networks
from service.operations.demo_partnerships import add_partnerships
from service.operations.demo_peers import tell_offers, tell_requests
from service.operations.demo_visits import CALENDAR, make_visits
from service.operations.evidence import refresh_evidence
from service.operations.imports import run_import
from service.operations.matching import perform_run, request_run
from service.operations.proposals import publication_of, publish
from service.permissions import OPERATOR, Actor
from service.queries.accounts import DEMO_PASSWORD, actor_of
from service.snapshots.run_options import RunOptions
from service.systems import SYSTEMS
from service.text import say

Say = Callable[[str, float], None]
SYSTEM = SYSTEMS["cl"]
LAST_YEAR = 2024
HELD_BACK = 5
"""One proposal in so many lacks its validated diagnosis, so that the page of publication shows it."""


@dataclass(frozen=True, slots=True)
class DemoReport:
    """What the demo country brought."""

    schools: int
    results: int
    leaders: int
    runs: tuple[int, ...]
    published: int
    accounts: int
    folder: str | None

    def to_dict(self) -> dict[str, Any]:
        """The answer of ``minga demo``."""
        return {
            "schools": self.schools,
            "results": self.results,
            "leaders": self.leaders,
            "runs": list(self.runs),
            "published": self.published,
            "accounts": self.accounts,
            "folder": self.folder,
        }


def is_empty(session: Session) -> bool:
    """Whether a database holds no school and no account yet."""
    schools = session.scalar(select(func.count(School.id)))
    accounts = session.scalar(select(func.count(Account.id)))
    return not schools and not accounts


def fill_with_demo(
    database: Database,
    instance: Path,
    *,
    seed: int,
    schools: int,
    years: int,
    folder: Path | None = None,
    progress: Say | None = None,
) -> DemoReport:
    """Make the country, write its files, import them, and let its services match.

    Raises
    ------
    InvalidInput
        The sizes asked for are out of range.
    Conflict
        The database is not empty: invented schools never join real ones.
    """
    tell = progress or (lambda _step, _done: None)
    with database.reading() as session:
        if not is_empty(session):
            raise Conflict(
                say("La base de datos no está vacía; el país de demostración necesita una propia."),
                code="not_empty",
            )
    tell("country", 0.0)
    try:
        country = generate(seed=seed, schools=schools, years=years)
    except ValueError as error:
        raise InvalidInput(str(error), code="demo") from error
    with tempfile.TemporaryDirectory() as temporary:
        written = write(country, folder or Path(temporary))
        results = _import_all(database, instance, written, tell)
        people = json.loads(written.people.read_text(encoding="utf-8"))
    tell("people", 0.6)
    with database.transaction() as session:
        _add_accounts(session, people)
    tell("evidence", 0.65)
    refresh_evidence(database, SYSTEM)
    runs, published = _match(database, tell)
    with database.transaction() as session:
        live_as_leaders(session, _coordinators(session), local_today())
        add_partnerships(session, local_today())
        make_visits(session, local_today())
        form_demo_networks(session, _coordinators(session), local_today())
    with database.reading() as session:
        return DemoReport(
            schools=session.scalar(select(func.count(School.id))) or 0,
            results=results,
            leaders=session.scalar(select(func.count(Leader.id))) or 0,
            runs=runs,
            published=published,
            accounts=session.scalar(select(func.count(Account.id))) or 0,
            folder=str(folder) if folder is not None else None,
        )


def _import_all(database: Database, instance: Path, written: Written, tell: Say) -> int:
    steps: list[tuple[str, Sequence[Path]]] = [
        *(("cl-directory", [path]) for _year, path in written.directories),
        ("cl-slep", [written.services]),
        ("cl-simce", written.results),
        ("cl-ive", written.vulnerability),
        ("leaders", [written.leaders]),
        ("needs", [written.needs]),
        ("school-calendar", [CALENDAR]),
    ]
    results = 0
    for done, (source, paths) in enumerate(steps):
        tell(source, 0.05 + 0.5 * done / len(steps))
        uploads = [Upload(path.name, path.read_bytes()) for path in paths]
        report = run_import(database, source, uploads, actor=OPERATOR, instance=instance)
        if source == "cl-simce":
            results += report.counts["results"]
    return results


def _add_accounts(session: Session, people: list[dict[str, Any]]) -> None:
    for person in people:
        role = Role(person["role"])
        territory = None if role is Role.MINISTRY else person["territory"]
        account = add_account(
            session,
            actor=OPERATOR,
            email=person["email"],
            name=person["name"],
            password=DEMO_PASSWORD,
            role=role,
            place=place_of_grant(session, role, territory),
            demo=True,
        )
        account.person.name = person["name"]


def _match(database: Database, tell: Say) -> tuple[tuple[int, ...], int]:
    """Each coordinator runs the matching; the first one publishes, and looks for whom to invite."""
    with database.reading() as session:
        coordinators = _coordinators(session)
    runs: list[int] = []
    published = 0
    for place, (actor, territory) in enumerate(coordinators):
        tell("matching", 0.7 + 0.3 * place / max(1, len(coordinators)))
        designated = _run(database, actor, territory, "designated")
        runs.append(designated)
        with database.transaction() as session:
            _validate_diagnoses(session, actor, designated)
        if place == 0:
            with database.transaction() as session:
                run = session.get(Run, designated)
                if publication_of(session, actor=actor, run=run).ready:
                    done = publish(session, actor=actor, run=run, today=local_today())
                    published += done.published
            with database.transaction() as session:
                tell_requests(session, actor, local_today())
            with database.transaction() as session:
                tell_offers(session, local_today())
        else:
            runs.append(_run(database, actor, territory, "suggested"))
    return tuple(runs), published


def _run(database: Database, actor: Actor, territory: str, leaders: str) -> int:
    options = RunOptions(
        territory=territory, as_of=LAST_YEAR, leaders=leaders, compare=True, incentives=10, recruiting=True
    )
    with database.transaction() as session:
        run_id = request_run(session, actor=actor, system=SYSTEM, options=options).id
    perform_run(database, run_id)
    return run_id


def _coordinators(session: Session) -> list[tuple[Actor, str]]:
    accounts = session.scalars(
        select(Account)
        .join(Grant, Grant.account_id == Account.id)
        .where(Grant.role == Role.COORDINATOR)
        .options(selectinload(Account.person), selectinload(Account.grants).selectinload(Grant.service))
        .order_by(Account.id)
    ).unique()
    return [
        (actor_of(account), f"slep:{account.grants[0].service.code}")
        for account in accounts
        if account.grants[0].service is not None
    ]


def _validate_diagnoses(session: Session, actor: Actor, run_id: int) -> None:
    """Most schools of a run have talked their diagnosis over; one in five has yet to."""
    today = local_today()
    proposals = session.scalars(
        select(Proposal)
        .where(Proposal.run_id == run_id)
        .options(selectinload(Proposal.school))
        .order_by(Proposal.id)
    )
    heads = dict(
        session.execute(
            select(Leader.school_id, Person.name).join(Person, Person.id == Leader.person_id)
        ).all()
    )
    for place, proposal in enumerate(proposals):
        if place % HELD_BACK == HELD_BACK - 1:
            continue
        session.add(
            Diagnosis(
                school_id=proposal.school_id,
                year=today.year,
                validated_on=today - timedelta(days=10 + 3 * place),
                validated_with=heads.get(proposal.school_id, "Dirección y consejo de profesores"),
                account_id=actor.account_id,
            )
        )
