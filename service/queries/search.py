"""What the search box at the top of every page finds."""

from dataclasses import dataclass

from sqlalchemy.orm import Session

from service.permissions import Action, Actor, can
from service.queries.leaders import LeaderFilters, LeaderLine, leader_lines
from service.queries.schools_lists import SchoolFilters, SchoolLine, school_lines

SHOWN = 20


@dataclass(frozen=True, slots=True)
class FoundAnything:
    """Schools of every territory, and leaders of the reader's own."""

    schools: tuple[SchoolLine, ...]
    schools_total: int
    leaders: tuple[LeaderLine, ...]
    leaders_total: int

    @property
    def only_school(self) -> str | None:
        """The one thing that was found, if it is a school."""
        if self.schools_total == 1 and not self.leaders:
            return self.schools[0].key
        return None


def find_anything(session: Session, q: str, actor: Actor) -> FoundAnything:
    """Search; an empty question finds nothing."""
    if not q:
        return FoundAnything((), 0, (), 0)
    schools = school_lines(session, SchoolFilters(q=q), actor)
    if not can(actor, Action.SEE_NEED):
        return FoundAnything(schools.lines[:SHOWN], schools.total, (), 0)
    leaders = leader_lines(session, LeaderFilters(q=q), actor)
    return FoundAnything(schools.lines[:SHOWN], schools.total, leaders.lines[:SHOWN], leaders.total)
