"""Communes, owners and services that a file names: found, or made."""

from collections.abc import Iterable
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from service.imports.records import CommuneRecord
from service.models import Commune, EducationService, Owner, ServiceArea
from service.operations.imports.bulk import insert_rows, update_rows


def ensure_communes(
    session: Session, system: str, records: Iterable[CommuneRecord], *, rename: bool = False
) -> dict[str, int]:
    """Ids of communes by code; ``rename`` where the file has the better spelling."""
    connection = session.connection()
    wanted = {record.code: record for record in records}
    known = {
        row.code: row
        for row in connection.execute(
            select(Commune.id, Commune.code, Commune.name, Commune.region_code, Commune.region_name).where(
                Commune.system == system
            )
        )
    }
    insert_rows(
        session,
        Commune,
        [
            {
                "system": system,
                "code": one.code,
                "name": one.name[:120],
                "region_code": one.region_code,
                "region_name": one.region_name,
            }
            for one in wanted.values()
            if one.code not in known
        ],
    )
    if rename:
        update_rows(
            session,
            Commune,
            [
                {"id": known[one.code].id, "name": one.name[:120]}
                for one in wanted.values()
                if one.code in known and known[one.code].name != one.name[:120]
            ],
        )
    rows = connection.execute(select(Commune.code, Commune.id).where(Commune.system == system))
    return {row.code: row.id for row in rows}


def ensure_owners(session: Session, system: str, names: dict[str, str | None]) -> dict[str, int]:
    """Ids of owners by code; a name that the file tells replaces another."""
    return _ensure(session, Owner, system, names, {})


def ensure_services(
    session: Session, system: str, names: dict[str, str | None], batch_id: int
) -> dict[str, int]:
    """Ids of services by code."""
    return _ensure(session, EducationService, system, names, {"batch_id": batch_id})


def _ensure(
    session: Session, model: Any, system: str, names: dict[str, str | None], extra: dict[str, Any]
) -> dict[str, int]:
    connection = session.connection()
    rows = connection.execute(select(model.code, model.id, model.name).where(model.system == system)).all()
    known = {row.code: row for row in rows}
    missing = [
        {"system": system, "code": code, "name": name, **extra}
        for code, name in names.items()
        if code not in known
    ]
    insert_rows(session, model, missing)
    renamed = [
        {"id": known[code].id, "name": name}
        for code, name in names.items()
        if name is not None and code in known and known[code].name != name
    ]
    update_rows(session, model, renamed)
    if not missing:
        return {row.code: row.id for row in rows}
    found = connection.execute(select(model.code, model.id).where(model.system == system))
    return {row.code: row.id for row in found}


def told_places(session: Session, model: Any, system: str) -> dict[int, dict[str, str | None]]:
    """Code and name of each, by id: what a report keeps, as a checked import's new rows are taken back."""
    query = select(model.id, model.code, model.name).where(model.system == system)
    return {row.id: {"code": row.code, "name": row.name} for row in session.connection().execute(query)}


def services_by_commune(session: Session, system: str) -> dict[int, tuple[int, int | None]]:
    """Service of each commune and the year its schools pass to it."""
    rows = session.connection().execute(
        select(ServiceArea.commune_id, ServiceArea.service_id, ServiceArea.transfer_year)
        .join(EducationService, EducationService.id == ServiceArea.service_id)
        .where(EducationService.system == system)
        .order_by(ServiceArea.id)
    )
    return {row.commune_id: (row.service_id, row.transfer_year) for row in rows}
