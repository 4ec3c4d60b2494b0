"""Which school a row of our own CSV means, and whether the actor may write there."""

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from service.models import Ownership, School
from service.operations.imports.outcome import Outcome
from service.permissions import Action, Actor, Place, can


@dataclass(slots=True)
class OwnSchools:
    """Schools of all systems by number, with the place each belongs to."""

    by_code: dict[int, dict[str, int]]
    places: dict[int, Place]
    actor: Actor

    @classmethod
    def load(cls, session: Session, actor: Actor) -> "OwnSchools":
        """Load them with two queries."""
        by_code: dict[int, dict[str, int]] = {}
        for school, system, code in session.connection().execute(
            select(School.id, School.system, School.code)
        ):
            by_code.setdefault(code, {})[system] = school
        places = {
            school: Place(service_id=service, owner_id=owner, school_id=school)
            for school, service, owner in session.connection().execute(
                select(Ownership.school_id, Ownership.service_id, Ownership.owner_id).where(
                    Ownership.end_on.is_(None)
                )
            )
        }
        return cls(by_code, places, actor)

    def find(self, outcome: Outcome, file: str, row: int, system: str | None, code: int) -> int | None:
        """Id of the school; None where the row had to be rejected."""
        found = self.by_code.get(code, {})
        if system is not None:
            found = {system: found[system]} if system in found else {}
        if not found:
            told = f"{system}:{code}" if system else str(code)
            sentence = f"No se conoce el establecimiento {told}: importe antes el directorio."
            outcome.reject(file, row, "unknown_school", sentence, "school")
            return None
        if len(found) > 1:
            both = " y ".join(f"{one}:{code}" for one in sorted(found))
            outcome.reject(
                file, row, "ambiguous_school", f"Hay más de un establecimiento {code}: {both}.", "school"
            )
            return None
        school = next(iter(found.values()))
        if not can(self.actor, Action.IMPORT_OWN, self.places.get(school, Place(school_id=school))):
            outcome.reject(file, row, "not_allowed", "El establecimiento no es de su territorio.", "school")
            return None
        return school
