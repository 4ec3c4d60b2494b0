"""Extra rules of a run as a person states them, and what they become on an instance.

A rule book speaks of labels (owner, rurality, pupils, …) and of "each owner" or "every leader";
applied to an instance it becomes :class:`matching.rules.Rules`, which name pairs one by one.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from matching.arrays import BoolArray
from matching.errors import InstanceError
from matching.instance_checks import check_locks, check_rules
from matching.instances import Instance
from matching.pair_index import Id
from matching.rule_documents import Each, Floor, SmallSchools, read_rules
from matching.rule_rows import covered
from matching.rules import Labels, Limit, Rules, Together

PUPILS, COMMUNE, RURAL = "pupils", "commune", "rural"
"""Labels of the schools that the rule of very small schools reads."""


@dataclass(frozen=True, slots=True)
class RuleBook:
    """Rules beyond the hard ones, as stated for a run.

    Parameters
    ----------
    minimum : int
        Least number of schools with every leader who may help that many.
    minimum_of : mapping of leader id to int
        The same for single leaders, whoever they may help.
    limits : tuple of Limit
    each : tuple of Each
        A limit for every value of a label.
    together : tuple of Together
    small_schools : SmallSchools or None
    floors : tuple of Floor
    """

    minimum: int = 0
    minimum_of: Mapping[Id, int] = field(default_factory=dict)
    limits: tuple[Limit, ...] = ()
    each: tuple[Each, ...] = ()
    together: tuple[Together, ...] = ()
    small_schools: SmallSchools | None = None
    floors: tuple[Floor, ...] = ()

    def __bool__(self) -> bool:
        return bool(
            self.minimum
            or self.minimum_of
            or self.limits
            or self.each
            or self.together
            or self.small_schools
            or self.floors
        )

    @property
    def beyond_flows(self) -> bool:
        """Whether an integer programme is needed: floors alone only take pairs out."""
        return bool(replace(self, floors=()))

    @classmethod
    def from_dict(cls, document: Any) -> "RuleBook":
        """Read a rules file.

        Raises
        ------
        InstanceError
            One sentence naming the place.

        Examples
        --------
        >>> RuleBook.from_dict({"each": [{"leaders": "owner", "most": 2}]}).each
        (Each(side='leaders', label='owner', least=0, most=2),)
        """
        return cls(**read_rules(document))

    def applied(self, instance: Instance) -> Instance:
        """The instance under these rules.

        Raises
        ------
        InstanceError
            A label, a school or a leader is not known, or the rules contradict each other.

        Examples
        --------
        >>> two = Instance.from_arrays(
        ...     [1, 2], [1, 1], [8, 9], [2, 2], np.array([0, 0, 1]), np.array([0, 1, 0]),
        ...     np.array([0.9, 0.5, 0.4]), leader_labels=[{"owner": "a"}, {"owner": "b"}])
        >>> RuleBook(each=(Each("leaders", "owner", 0, 1),)).applied(two).rules.limits[0].leaders
        {'owner': 'a'}
        """
        if not self:
            return instance
        self._check_labels(instance)
        barred = instance.forbidden | (below_floors(instance, self.floors) & ~instance.locked)
        floored = replace(instance, forbidden=barred)
        ruled = replace(
            floored,
            rules=Rules(
                self._minimum(floored),
                (*self.limits, *(limit for each in self.each for limit in _limits_of(floored, each))),
                (*self.together, *self._small_groups(floored)),
            ),
        )
        check_locks(ruled)
        check_rules(ruled)
        return ruled

    def _minimum(self, instance: Instance) -> dict[Id, int]:
        reach = np.bincount(
            instance.pair_leader[instance.allowed], minlength=len(instance.leader_ids)
        ).tolist()
        least: dict[Id, int] = {}
        if self.minimum:
            for leader, allowed, places in zip(
                instance.leader_ids, reach, instance.capacity.tolist(), strict=True
            ):
                if min(allowed, places) >= self.minimum:
                    least[leader] = self.minimum
        return least | dict(self.minimum_of)

    def _small_groups(self, instance: Instance) -> tuple[Together, ...]:
        if self.small_schools is None:
            return ()
        grouped = {school for group in self.together for school in group.schools}
        return small_school_groups(instance, self.small_schools, grouped)

    def _check_labels(self, instance: Instance) -> None:
        sides = {"schools": instance.school_labels, "leaders": instance.leader_labels}
        known = {side: _values(labels) for side, labels in sides.items()}
        for n, limit in enumerate(self.limits):
            for side, labels in (("schools", limit.schools), ("leaders", limit.leaders)):
                _check(labels, known[side], f"limits[{n}].{side}")
        for n, floor in enumerate(self.floors):
            _check(floor.schools, known["schools"], f"floors[{n}].schools")
        for n, each in enumerate(self.each):
            if each.label not in known[each.side]:
                raise InstanceError(_unknown(each.label, known[each.side]), f"each[{n}].{each.side}")


def below_floors(instance: Instance, floors: Iterable[Floor]) -> BoolArray:
    """The pairs whose score is below the floor of their school's group."""
    below: BoolArray = np.zeros(instance.score.size, dtype=bool)
    for floor in floors:
        below |= covered(instance, Limit(schools=floor.schools)) & (instance.score < floor.score)
    return below


def small_school_groups(
    instance: Instance, rule: SmallSchools, grouped: Iterable[Id] = ()
) -> tuple[Together, ...]:
    """Very small rural schools of one commune that some leader may help all together.

    In the order of their ids, a school joins the first group of its commune that has room and
    keeps at least one leader allowed with all; a school that stays alone is no group.

    Parameters
    ----------
    instance : Instance
        Labels ``rural``, ``pupils`` and ``commune`` of the schools are read.
    rule : SmallSchools
    grouped : iterable of school ids
        Already in a group.
    """
    taken = set(grouped) | set(np.array(instance.school_ids, dtype=object)[instance.settled].tolist())
    usable = instance.allowed & (instance.free_capacity >= rule.places)[instance.pair_leader]
    starts = np.searchsorted(instance.pair_school, np.arange(len(instance.school_ids) + 1))
    open_groups: dict[str, list[tuple[list[Id], set[int]]]] = {}
    for row, (school, labels) in enumerate(
        zip(instance.school_ids, instance.school_labels or ({},) * len(instance.school_ids), strict=True)
    ):
        pupils, commune = labels.get(PUPILS, ""), labels.get(COMMUNE, "")
        small = pupils.isdecimal() and int(pupils) <= rule.pupils
        if school in taken or not small or not commune or labels.get(RURAL) != "yes":
            continue
        own = slice(starts[row], starts[row + 1])
        leaders = set(instance.pair_leader[own][usable[own]].tolist())
        if not leaders:
            continue
        for members, common in open_groups.setdefault(commune, []):
            if len(members) < rule.most and common & leaders:
                members.append(school)
                common &= leaders
                break
        else:
            open_groups[commune].append(([school], leaders))
    return tuple(
        Together(tuple(members), rule.places)
        for groups in (open_groups[commune] for commune in sorted(open_groups))
        for members, _ in groups
        if len(members) > 1
    )


def rule_named(instance: Instance, words: str) -> dict[str, Any]:
    """The rule behind the words of an infeasible answer, as data.

    Returns
    -------
    dict
        ``kind`` is ``minimum`` or ``places`` (with ``leader``), ``limit`` (with ``schools``,
        ``leaders``, ``least``, ``most``), ``together`` (with ``schools``), or ``other``.
    """
    for leader, least in instance.rules.minimum.items():
        if words == f"leader {leader} has at least {least}":
            return {"kind": "minimum", "leader": leader}
    for leader, places in zip(instance.leader_ids, instance.capacity.tolist(), strict=True):
        if words == f"leader {leader} has places for {places}":
            return {"kind": "places", "leader": leader}
    for limit in instance.rules.limits:
        if words == str(limit):
            return {
                "kind": "limit",
                "schools": dict(limit.schools),
                "leaders": dict(limit.leaders),
                "least": limit.least,
                "most": limit.most,
            }
    for group in instance.rules.together:
        if words == str(group):
            return {"kind": "together", "schools": list(group.schools)}
    return {"kind": "other"}


def _limits_of(instance: Instance, each: Each) -> list[Limit]:
    labels = instance.school_labels if each.side == "schools" else instance.leader_labels
    values = sorted({of[each.label] for of in labels if each.label in of})
    return [Limit(**{each.side: {each.label: value}}, least=each.least, most=each.most) for value in values]


def _values(labels: Sequence[Labels]) -> dict[str, set[str]]:
    found: dict[str, set[str]] = {}
    for of in labels:
        for name, value in of.items():
            found.setdefault(name, set()).add(value)
    return found


def _check(asked: Labels, known: Mapping[str, set[str]], where: str) -> None:
    for name, value in asked.items():
        if name not in known:
            raise InstanceError(_unknown(name, known), where)
        if value not in known[name]:
            raise InstanceError(f"nobody has the {name} {value!r}", f"{where}.{name}")


def _unknown(name: str, known: Mapping[str, set[str]]) -> str:
    return f"the label {name!r} is not known; known: {', '.join(sorted(known)) or 'none'}"
