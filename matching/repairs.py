"""Why a school has no leader, and what would give it one."""

from dataclasses import dataclass

import numpy as np

from matching.constraints import RULES, holding
from matching.pair_figures import Pairs
from matching.refusals import RefusalCode
from matching.sides import Field

LIFTED_ON_LINE = (RefusalCode.NO_PLACE, RefusalCode.TOO_FAR, RefusalCode.TOO_FAR_FOR_LEADER)
"""Rules that do not hold where both accept to work on line."""

NEVER_LIFTED = (
    RefusalCode.PHASE_NOT_SHARED,
    RefusalCode.OWN_SCHOOL,
    RefusalCode.CONFLICT,
    RefusalCode.COMPLAINT_OPEN,
)
"""Rules that no repair touches: conflicts stay hard even when nothing else is left."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Repair:
    """What lifting one rule would give a school.

    Parameters
    ----------
    rule : RefusalCode
        ``too_far`` stands for working on line: it lifts the three rules of place.
    leaders : int
        How many leaders nothing else refuses.
    nearest : float or None
        The figure of the one who misses the rule by least, such as 74 km.
    threshold : float or None
        What the rule asks for.
    leader : int
        That leader's id; the smallest where the rule has no figure.
    """

    rule: RefusalCode
    leaders: int
    nearest: float | None
    threshold: float | None
    leader: int


@dataclass(frozen=True, slots=True, kw_only=True)
class SchoolRefusals:
    """How the leaders fared with one school.

    Parameters
    ----------
    allowed : int
    refused : tuple of (RefusalCode, int)
        Leaders by the first rule that refuses them, in the order of the rules.
    repairs : tuple of Repair
        Rules that alone stand in the way of someone; most leaders first.
    """

    allowed: int
    refused: tuple[tuple[RefusalCode, int], ...]
    repairs: tuple[Repair, ...]


def refusals_of(field: Field, school: int) -> SchoolRefusals:
    """Ask every rule of every leader for one school.

    Parameters
    ----------
    field : Field
    school : int
        Row of the schools' side.

    Returns
    -------
    SchoolRefusals
    """
    leaders = np.arange(field.leaders.ids.size)
    pairs = Pairs(field, np.full(leaders.size, school, dtype=np.int64), leaders)
    if not leaders.size:
        return SchoolRefusals(allowed=0, refused=(), repairs=())
    holds = holding(pairs)
    codes = [code for code, _ in RULES]
    first = np.where(holds.all(axis=0), len(codes), (~holds).argmax(axis=0))
    counts = np.bincount(first, minlength=len(codes) + 1)
    return SchoolRefusals(
        allowed=int(counts[-1]),
        refused=tuple((code, int(n)) for code, n in zip(codes, counts[:-1], strict=True) if n),
        repairs=_repairs(pairs, holds, codes),
    )


def _repairs(pairs: Pairs, holds: np.ndarray, codes: list[RefusalCode]) -> tuple[Repair, ...]:
    broken = ~holds
    found = []
    place = [codes.index(code) for code in LIFTED_ON_LINE]
    for number, (code, rule) in enumerate(RULES):
        if code in NEVER_LIFTED or code in (RefusalCode.NO_PLACE, RefusalCode.TOO_FAR_FOR_LEADER):
            continue
        lifted = place if code is RefusalCode.TOO_FAR else [number]
        others = np.delete(broken, lifted, axis=0).any(axis=0)
        alone = np.flatnonzero(broken[lifted].any(axis=0) & ~others)
        if not alone.size:
            continue
        finding = rule(pairs)
        best, value, threshold = alone[0], None, None
        if finding.value is not None and finding.threshold is not None:
            asked = np.broadcast_to(finding.threshold, finding.value.shape)
            missing = np.abs(finding.value - asked)[alone]
            if np.isfinite(missing).any():
                best = alone[int(np.nanargmin(missing))]
                value, threshold = float(finding.value[best]), float(asked[best])
        found.append(
            Repair(
                rule=code,
                leaders=int(alone.size),
                nearest=value,
                threshold=threshold,
                leader=int(pairs.field.leaders.ids[pairs.leader[best]]),
            )
        )
    return tuple(sorted(found, key=lambda repair: (-repair.leaders, codes.index(repair.rule))))
