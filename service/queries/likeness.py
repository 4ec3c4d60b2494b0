"""The schools most like one school, as they were kept with the evidence."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from service.models import Commune, EvidenceSet, Likeness, School
from service.queries.evidence import levels_of


@dataclass(frozen=True, slots=True)
class LikeSchool:
    """A school in like circumstances.

    ``features`` are the three that make it alike: where the two are closer than two schools
    drawn at random by the most, weight included.
    """

    code: int
    name: str
    commune: str | None
    distance: float | None
    coverage: float | None
    features: tuple[str, ...]
    levels: dict[str, float]


@dataclass(frozen=True, slots=True)
class LikeSchools:
    """Those schools, nearest first, and how they were found."""

    schools: tuple[LikeSchool, ...]
    weights: dict[str, float]
    weights_kind: str
    compared: int
    farthest: float | None
    chosen: bool = False


def compared_with(
    session: Session, kept: EvidenceSet, code: int, chosen: Sequence[int]
) -> LikeSchools | None:
    """The schools that somebody chose, in that order; those most like it where nobody chose.

    How alike a chosen school is is known for the most similar ones only.
    """
    like = like_schools(session, kept, code)
    if not chosen:
        return like
    near = {one.code: one for one in (() if like is None else like.schools)}
    levels = levels_of(session, kept, list(chosen))
    rows = session.execute(
        select(School.code, School.name, Commune.name)
        .outerjoin(Commune, Commune.id == School.commune_id)
        .where(School.system == kept.system, School.code.in_(chosen))
    )
    named = {number: (name, commune) for number, name, commune in rows}
    return LikeSchools(
        schools=tuple(
            near.get(number)
            or LikeSchool(
                code=number,
                name=named[number][0],
                commune=named[number][1],
                distance=None,
                coverage=None,
                features=(),
                levels={area: level for (other, area), level in levels.items() if other == number},
            )
            for number in chosen
            if number in named
        ),
        weights={} if like is None else like.weights,
        weights_kind="" if like is None else like.weights_kind,
        compared=0 if like is None else like.compared,
        farthest=None,
        chosen=True,
    )


def like_schools(session: Session, kept: EvidenceSet, code: int) -> LikeSchools | None:
    """Read them; None where the school was not among those compared."""
    asked = select(School.id).where(School.system == kept.system, School.code == code).scalar_subquery()
    rows = session.execute(
        select(Likeness, School.code, School.name, Commune.name)
        .join(School, School.id == Likeness.like_id)
        .outerjoin(Commune, Commune.id == School.commune_id)
        .where(Likeness.set_id == kept.id, Likeness.school_id == asked)
        .order_by(Likeness.place)
    ).all()
    if not rows:
        return None
    levels = levels_of(session, kept, [number for _, number, _, _ in rows])
    found = kept.parameters["likeness"]
    return LikeSchools(
        schools=tuple(
            LikeSchool(
                code=number,
                name=name,
                commune=commune,
                distance=like.distance,
                coverage=like.coverage,
                features=tuple(like.features),
                levels={area: level for (other, area), level in levels.items() if other == number},
            )
            for like, number, name, commune in rows
        ),
        weights={name: share for name, share in found["weights"].items() if share > 0},
        weights_kind=found["kind"],
        compared=found["compared"],
        farthest=rows[-1][0].distance,
    )
