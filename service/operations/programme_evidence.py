"""Compute what the programme changed, and keep it, so that its page opens at once."""

from hashlib import sha256
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from service.db import Database
from service.models import EducationService, EvidenceSet, Owner, Ownership, Partnership, ProgrammeFinding
from service.models.columns import utc_now
from service.operations.evidence import data_version
from service.queries.programme_evidence import EFFECTS, EVERYWHERE
from service.queries.territories import parse_territory, school_codes_in, service_territory
from service.snapshots.histories import result_history
from service.snapshots.programme_evidence import programme_document
from service.snapshots.results import newest_year, test_panel
from service.systems import system_of_test


def programme_version(session: Session) -> str:
    """Name the state of the results and of the partnerships; it changes with either."""
    rows = session.execute(
        select(
            Partnership.id,
            Partnership.school_id,
            Partnership.leader_school_id,
            Partnership.state,
            Partnership.start_on,
            Partnership.committed_on,
        ).order_by(Partnership.id)
    ).all()
    text = ";".join(",".join(str(cell) for cell in row) for row in rows)
    return f"{data_version(session)}.{sha256(text.encode()).hexdigest()[:16]}"


def stale_tests(session: Session) -> list[str]:
    """Tests whose kept figures of the programme are missing or rest on something older."""
    version = programme_version(session)
    tests = session.scalars(
        select(EvidenceSet.test).where(
            EvidenceSet.test != "", EvidenceSet.data_version == data_version(session)
        )
    )
    fresh = set(
        session.scalars(
            select(ProgrammeFinding.test).where(
                ProgrammeFinding.territory == EVERYWHERE, ProgrammeFinding.version == version
            )
        )
    )
    return [test for test in sorted(set(tests)) if test not in fresh and _has_results(session, test)]


def _has_results(session: Session, test: str) -> bool:
    """Whether anything of a test was published; without, there is nothing to compute."""
    system = system_of_test(test)[0]
    last = newest_year(session, system, test)
    return last is not None and test_panel(session, system, test, last)[0].school.size > 0


def refresh_programme(database: Database, test: str) -> None:
    """Compute the figures of a test for all, and for each service and owner with a partnership.

    The computing reads only; the replacing is one short transaction.
    """
    system, _phase = system_of_test(test)
    found: dict[str, dict[str, Any]] = {}
    with database.reading() as session:
        version = programme_version(session)
        history = result_history(session, system, test)
        found[EVERYWHERE] = programme_document(session, system, history, None)
        for territory in _with_partnerships(session, system.code):
            codes = school_codes_in(session, parse_territory(session, territory), system.code)
            found[territory] = programme_document(session, system, history, codes)
    now = utc_now()
    with database.transaction() as session:
        session.execute(
            delete(ProgrammeFinding).where(ProgrammeFinding.kind == EFFECTS, ProgrammeFinding.test == test)
        )
        session.add_all(
            ProgrammeFinding(
                kind=EFFECTS,
                system=system.code,
                test=test,
                territory=territory,
                version=version,
                document=document,
                computed_at=now,
            )
            for territory, document in found.items()
        )


def _with_partnerships(session: Session, system: str) -> list[str]:
    """Services and owners that have a school in a partnership, on either side."""
    rows = session.execute(select(Partnership.school_id, Partnership.leader_school_id)).all()
    schools = {school for pair in rows for school in pair}
    periods = session.execute(
        select(Ownership.school_id, Ownership.service_id, Ownership.owner_id).where(
            Ownership.end_on.is_(None)
        )
    ).all()
    services = {service for school, service, _ in periods if school in schools and service is not None}
    owners = {owner for school, _, owner in periods if school in schools and owner is not None}
    names = [
        service_territory(one).text
        for one in session.scalars(select(EducationService).where(EducationService.system == system))
        if one.id in services
    ]
    names += [
        f"owner:{one.code}"
        for one in session.scalars(select(Owner).where(Owner.system == system))
        if one.id in owners
    ]
    return sorted(names)
