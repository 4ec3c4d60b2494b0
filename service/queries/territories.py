"""Territories: how they are named in commands and addresses, and the schools they hold."""

import re
from dataclasses import dataclass
from typing import TypeVar

from sqlalchemy import Select, or_, select
from sqlalchemy.orm import Session

from service.errors import InvalidInput, NotFound
from service.models import Commune, EducationService, Owner, Ownership, School
from service.text import fold, say

Found = TypeVar("Found", Commune, Owner)
FORMS = "all, slep:NAME or code, commune:5101, region:5, owner:CODE, la:850, several parted by commas"


@dataclass(frozen=True, slots=True)
class Territory:
    """A set of schools that has a name.

    ``text`` is the canonical form (``slep:502``), ``name`` what a person reads.
    """

    text: str
    kind: str
    name: str
    system: str | None = None
    service_id: int | None = None
    owner_id: int | None = None
    commune_id: int | None = None
    region_code: str | None = None
    parts: tuple["Territory", ...] = ()

    def narrow(self, query: Select[int]) -> Select[int]:
        """Keep the schools of this territory in a query over ``School``."""
        if self.parts:
            inside = [School.id.in_(part.narrow(select(School.id))) for part in self.parts]
            return query.where(or_(*inside))
        if self.system is not None:
            query = query.where(School.system == self.system)
        if self.commune_id is not None:
            query = query.where(School.commune_id == self.commune_id)
        if self.region_code is not None:
            query = query.join(Commune, Commune.id == School.commune_id).where(
                Commune.region_code == self.region_code
            )
        if self.service_id is not None or self.owner_id is not None:
            query = query.join(Ownership, Ownership.school_id == School.id).where(Ownership.end_on.is_(None))
            if self.service_id is not None:
                query = query.where(Ownership.service_id == self.service_id)
            if self.owner_id is not None:
                query = query.where(Ownership.owner_id == self.owner_id)
        return query


def parse_territory(session: Session, text: str) -> Territory:
    """Read a territory as commands write it.

    Raises
    ------
    InvalidInput
        The form is not one of those known.
    NotFound
        The form is right, but nothing has that code or name.
    """
    if "," in text:
        return _several(session, text)
    kind, _, value = text.strip().partition(":")
    value = value.strip()
    if kind == "all" and not value:
        return Territory("all", "all", "Todos los territorios")
    if kind not in {"slep", "la", "commune", "region", "owner"} or not value:
        raise InvalidInput(
            say("«%(text)s» no es un territorio; se escribe %(forms)s.", text=text[:80], forms=FORMS),
            code="territory",
        )
    if kind in {"slep", "la"}:
        return _service(session, kind, value)
    if kind == "commune":
        commune = _only(session, select(Commune).where(Commune.code == _plain(value)), text)
        return Territory(
            f"commune:{commune.code}", kind, commune.name, system=commune.system, commune_id=commune.id
        )
    if kind == "region":
        row = session.execute(
            select(Commune.system, Commune.region_name).where(Commune.region_code == _plain(value)).limit(1)
        ).first()
        if row is None:
            raise NotFound(say("Ninguna región tiene el código %(code)s.", code=value[:40]), code="territory")
        return Territory(
            f"region:{_plain(value)}",
            kind,
            row.region_name or value,
            system=row.system,
            region_code=_plain(value),
        )
    owner = _only(session, select(Owner).where(Owner.code == value), text)
    return Territory(f"owner:{owner.code}", kind, owner.name or owner.code, owner.system, owner_id=owner.id)


def service_territory(service: EducationService) -> Territory:
    """The territory of a service."""
    kind = "slep" if service.system == "cl" else "la"
    return Territory(f"{kind}:{service.code}", kind, service.name, service.system, service_id=service.id)


def school_ids_in(session: Session, territory: Territory) -> list[int]:
    """Ids of all schools of a territory, ascending."""
    return list(session.scalars(territory.narrow(select(School.id)).order_by(School.id)))


def school_codes_in(session: Session, territory: Territory, system: str) -> list[int]:
    """Official numbers of a system's schools in a territory, ascending."""
    query = territory.narrow(select(School.code)).where(School.system == system)
    return list(session.scalars(query.order_by(School.code)))


def _several(session: Session, text: str) -> Territory:
    """Several territories of one country, parted by commas, as one."""
    found = {
        part.text: part for part in (parse_territory(session, one) for one in text.split(",") if one.strip())
    }
    parts = tuple(found[name] for name in sorted(found))
    if len(parts) == 1:
        return parts[0]
    systems = {part.system for part in parts}
    if not parts or None in systems or len(systems) > 1:
        raise InvalidInput(
            say("«%(text)s» no se pueden juntar: han de ser territorios de un mismo país.", text=text),
            code="territory",
        )
    return Territory(
        ",".join(found[name].text for name in sorted(found)),
        "several",
        ", ".join(part.name for part in parts),
        system=parts[0].system,
        parts=parts,
    )


def _service(session: Session, kind: str, value: str) -> Territory:
    system = "cl" if kind == "slep" else "en"
    services = list(session.scalars(select(EducationService).where(EducationService.system == system)))
    by_code = [s for s in services if s.code == _plain(value)]
    wanted = _service_key(value)
    found = by_code or [s for s in services if _service_key(s.name) == wanted]
    found = found or [s for s in services if wanted and wanted in _service_key(s.name)]
    if not found:
        raise NotFound(
            say("Ningún servicio se llama ni tiene el código «%(name)s».", name=value[:80]), code="territory"
        )
    if len(found) > 1:
        names = ", ".join(f"{s.name} ({s.code})" for s in sorted(found, key=lambda s: s.code)[:5])
        raise InvalidInput(
            say("«%(name)s» puede ser %(names)s; escriba el código.", name=value[:80], names=names),
            code="territory",
        )
    return service_territory(found[0])


def _service_key(name: str) -> str:
    words = re.sub(r"^(servicio local( de educacion( publica)?)?|slep)\s+", "", fold(name))
    return re.sub(r"^(de|del)\s+", "", words).strip()


def _plain(code: str) -> str:
    return code.lstrip("0") or "0"


def _only(session: Session, query: Select[Found], text: str) -> Found:
    found = list(session.scalars(query.limit(2)))
    if not found:
        raise NotFound(say("No hay ningún territorio «%(text)s».", text=text[:80]), code="territory")
    if len(found) > 1:
        raise InvalidInput(say("«%(text)s» existe en más de un país.", text=text[:80]), code="territory")
    return found[0]
