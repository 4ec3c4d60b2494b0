"""Write the services and their communes, and tell each school under a service which one it is."""

from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from service.imports.file import Reading
from service.imports.records import ServiceAreaRecord
from service.models import EducationService, Ownership, School, ServiceArea
from service.models.enums import OwnerType
from service.operations.imports.bulk import insert_rows, update_rows
from service.operations.imports.outcome import Outcome
from service.operations.imports.places import ensure_communes, services_by_commune
from service.text import say

AREA_FIELDS = ("transfer_year", "is_seat")


def write_services(
    session: Session, batch_id: int, system: str, readings: list[Reading], outcome: Outcome
) -> None:
    """Store services and areas; a commune that passed to another service moves with its row."""
    rows: list[tuple[int, str, ServiceAreaRecord]] = []
    seen: set[str] = set()
    for reading in readings:
        for row, record in reading.records:
            assert isinstance(record, ServiceAreaRecord)
            if record.commune.code in seen:
                sentence = say("La comuna %(code)s se repite.", code=record.commune.code)
                outcome.reject(reading.upload.name, row, "duplicate_row", sentence)
                continue
            seen.add(record.commune.code)
            rows.append((row, reading.upload.name, record))
    communes = ensure_communes(session, system, (record.commune for _, _, record in rows), rename=True)
    services, changed = _services(session, batch_id, system, [record for _, _, record in rows])
    known = {
        row.commune_id: row
        for row in session.connection().execute(
            select(
                ServiceArea.commune_id,
                ServiceArea.id,
                ServiceArea.service_id,
                ServiceArea.transfer_year,
                ServiceArea.is_seat,
            )
            .join(EducationService, EducationService.id == ServiceArea.service_id)
            .where(EducationService.system == system)
        )
    }
    new: list[dict[str, Any]] = []
    moved: list[dict[str, Any]] = []
    for _, _, record in rows:
        commune = communes[record.commune.code]
        facts = {
            "service_id": services[record.service_code],
            "transfer_year": record.transfer_year,
            "is_seat": record.is_seat,
        }
        stored = known.get(commune)
        if stored is None:
            new.append({"commune_id": commune} | facts)
        differs = stored is not None and facts != {name: getattr(stored, name) for name in facts}
        if stored is not None and differs:
            moved.append({"id": stored.id} | facts)
        outcome.count(is_new=stored is None, differs=differs or record.service_code in changed)
    insert_rows(session, ServiceArea, new)
    update_rows(session, ServiceArea, moved)
    linked = link_ownerships(session, system)
    if linked:
        outcome.notes.add(
            "linked",
            say("Establecimientos que ahora se sabe a qué servicio local pertenecen."),
            count=linked,
        )


def link_ownerships(session: Session, system: str) -> int:
    """Name the service of every ownership by a local service, from the school's commune."""
    by_commune = services_by_commune(session, system)
    rows = session.connection().execute(
        select(Ownership.id, Ownership.service_id, School.commune_id)
        .join(School, School.id == Ownership.school_id)
        .where(School.system == system, Ownership.owner_type == OwnerType.LOCAL_SERVICE)
    )
    missing = [
        {"id": row.id, "service_id": by_commune[row.commune_id][0]}
        for row in rows
        if row.commune_id in by_commune and row.service_id != by_commune[row.commune_id][0]
    ]
    update_rows(session, Ownership, missing)
    return len(missing)


def _services(
    session: Session, batch_id: int, system: str, records: list[ServiceAreaRecord]
) -> tuple[dict[str, int], set[str]]:
    """Ids of the services by code, and the codes of those whose own facts changed."""
    connection = session.connection()
    wanted: dict[str, dict[str, Any]] = {}
    for record in records:
        facts = {
            "name": record.service_name,
            "region_code": record.region_code,
            "starts_on": record.starts_on,
        }
        wanted.setdefault(record.service_code, facts)
    known = {
        row.code: row
        for row in connection.execute(
            select(
                EducationService.id,
                EducationService.code,
                EducationService.name,
                EducationService.region_code,
                EducationService.starts_on,
            ).where(EducationService.system == system)
        )
    }
    insert_rows(
        session,
        EducationService,
        [
            {"system": system, "code": code, "batch_id": batch_id} | facts
            for code, facts in wanted.items()
            if code not in known
        ],
    )
    changed = {
        code
        for code, facts in wanted.items()
        if code in known and facts != {name: getattr(known[code], name) for name in facts}
    }
    update_rows(
        session,
        EducationService,
        [{"id": known[code].id, "batch_id": batch_id} | wanted[code] for code in sorted(changed)],
    )
    rows = connection.execute(
        select(EducationService.code, EducationService.id).where(EducationService.system == system)
    )
    return {row.code: row.id for row in rows}, changed
