"""Made-up schools with their commune, owner and service."""

from typing import Any

from sqlalchemy.orm import Session

from service.models import (
    Commune,
    Correction,
    EducationService,
    Owner,
    Ownership,
    School,
    SchoolLevel,
    ServiceArea,
)
from service.models.columns import utc_now
from service.models.enums import OwnerType, Phase, SchoolStatus
from service.text import fold
from tests.factories.numbers import next_number


def make_commune(session: Session, **given: Any) -> Commune:
    number = next_number()
    values = {
        "system": "cl",
        "code": str(1000 + number),
        "name": f"Comuna {number}",
        "region_code": "5",
        "region_name": "Valparaíso",
    }
    return _add(session, Commune(**{**values, **given}))


def make_service(session: Session, **given: Any) -> EducationService:
    number = next_number()
    values = {"system": "cl", "code": str(500 + number), "name": f"Servicio {number}"}
    return _add(session, EducationService(**{**values, **given}))


def make_service_area(session: Session, **given: Any) -> ServiceArea:
    values = {
        "service": given.get("service") or make_service(session),
        "commune": given.get("commune") or make_commune(session),
        "transfer_year": 2020,
    }
    return _add(session, ServiceArea(**{**values, **given}))


def make_owner(session: Session, **given: Any) -> Owner:
    number = next_number()
    return _add(
        session,
        Owner(**{"system": "cl", "code": str(70_000 + number), "name": f"Sostenedor {number}", **given}),
    )


def make_school(
    session: Session,
    *,
    service: EducationService | None = None,
    owner: Owner | None = None,
    owner_type: OwnerType = OwnerType.LOCAL_SERVICE,
    phases: tuple[Phase, ...] = (Phase.PRIMARY,),
    **given: Any,
) -> School:
    number = next_number()
    name = given.pop("name", f"Escuela {number}")
    values: dict[str, Any] = {
        "system": "cl",
        "code": 10_000 + number,
        "name": name,
        "name_folded": fold(name),
        "status": SchoolStatus.WORKING,
        "has_enrolment": True,
        "enrolment": 142,
        "rural": True,
        "latitude": -33.0,
        "longitude": -71.0,
    }
    values |= given
    if "commune" not in values:
        values["commune"] = make_commune(session)
    school = School(
        **values,
        levels=[SchoolLevel(phase=phase) for phase in phases],
        ownerships=[Ownership(owner_type=owner_type, owner=owner, service=service)],
    )
    return _add(session, school)


def make_correction(session: Session, school: School, **given: Any) -> Correction:
    values = {
        "field": "name",
        "value": school.name,
        "official": "Nombre oficial",
        "source": "La escuela",
        "made_at": utc_now(),
    }
    return _add(session, Correction(school_id=school.id, **{**values, **given}))


def _add(session: Session, thing: Any) -> Any:
    session.add(thing)
    session.flush()
    return thing
