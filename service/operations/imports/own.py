"""Which school a row of our own CSV means, and whether the actor may write there."""

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from service.models import Ownership, School
from service.operations.imports.outcome import Outcome, unknown_school
from service.permissions import Action, Actor, Place, can
from service.text import say


@dataclass(slots=True)
class OwnSchools:
    """Schools of all systems by number, with the place each belongs to."""

    by_code: dict[int, dict[str, int]]
    places: dict[int, Place]
    actor: Actor

    def reaches(self, school: int) -> bool:
        """Whether the actor may write there."""
        return can(self.actor, Action.IMPORT_OWN, self.places.get(school, Place(school_id=school)))

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

    def known(self, system: str | None, code: int) -> int | None:
        """Id of a school whoever it belongs to; None where none, or more than one, has the number."""
        found = self.by_code.get(code, {})
        ids = [found[system]] if system in found else list(found.values()) if system is None else []
        return ids[0] if len(ids) == 1 else None

    def find(self, outcome: Outcome, file: str, row: int, system: str | None, code: int) -> int | None:
        """Id of the school; None where the row had to be rejected."""
        found = self.by_code.get(code, {})
        if system is not None:
            found = {system: found[system]} if system in found else {}
        if not found:
            told = f"{system}:{code}" if system else str(code)
            outcome.reject(file, row, "unknown_school", unknown_school(told[:40]), "school")
            return None
        if len(found) > 1:
            both = ", ".join(f"{one}:{code}" for one in sorted(found))
            sentence = say("Hay más de un establecimiento %(code)s: %(both)s.", code=code, both=both)
            outcome.reject(file, row, "ambiguous_school", sentence, "school")
            return None
        school = next(iter(found.values()))
        if not self.reaches(school):
            sentence = say("El establecimiento no es de su territorio.")
            outcome.reject(file, row, "not_allowed", sentence, "school")
            return None
        return school
