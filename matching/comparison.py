"""The policies on the same input: what each gives, to whom, and who gains or loses by another."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from math import fsum
from typing import Any

import numpy as np

from matching.arrays import FloatArray
from matching.assignment import POLICIES, Assignment, solve
from matching.certificate import NO_PAIR
from matching.errors import InstanceError
from matching.instances import Instance
from matching.pair_index import Id
from matching.preferences import school_liking

UNLABELLED = "unknown"
"""Group of the schools without a label."""


@dataclass(frozen=True, slots=True)
class GroupOutcome:
    """What schools with the same label got.

    Parameters
    ----------
    asked, matched : int
    mean, worst : float or None
        Score of those matched; None if there are none.
    """

    asked: int
    matched: int
    mean: float | None
    worst: float | None


@dataclass(frozen=True, slots=True)
class PolicyOutcome:
    """What a policy gives.

    Parameters
    ----------
    status : str
    gap : float
    matched : int
    matched_by_urgency : dict of int to int
    total : float
    worst : float or None
    blocking_count : int
    spread : dict of str to dict of str to GroupOutcome
        By attribute, then label.
    """

    status: str
    gap: float
    matched: int
    matched_by_urgency: dict[int, int]
    total: float
    worst: float | None
    blocking_count: int
    spread: dict[str, dict[str, GroupOutcome]]


@dataclass(frozen=True, slots=True)
class Change:
    """A school's leader and score under two policies; None stands for no leader."""

    school: Id
    before: Id | None
    after: Id | None
    score_before: float | None
    score_after: float | None


@dataclass(frozen=True, slots=True)
class Switch:
    """Who gains and who loses from one policy to another, in the school's own eyes.

    Parameters
    ----------
    before, after : str
        Policies.
    gain, lose : tuple of Change
        By id. Any leader is better than none; else the stated ranking counts, or the score.
    indifferent : int
        Schools with another leader that they like as much.
    """

    before: str
    after: str
    gain: tuple[Change, ...]
    lose: tuple[Change, ...]
    indifferent: int


@dataclass(frozen=True, slots=True)
class Comparison:
    """The policies beside each other.

    Parameters
    ----------
    outcomes : dict of str to PolicyOutcome
    switches : tuple of Switch
        For every two policies.
    left_out : dict of str to str
        Policies that cannot keep the rules of the instance, and why.
    """

    outcomes: dict[str, PolicyOutcome]
    switches: tuple[Switch, ...]
    left_out: dict[str, str] = field(default_factory=dict)

    def to_dict(self) -> dict[str, Any]:
        """As ``minga solve --compare`` prints it."""
        return {
            "policies": {
                name: asdict(outcome)
                | {"matched_by_urgency": {str(u): n for u, n in outcome.matched_by_urgency.items()}}
                for name, outcome in self.outcomes.items()
            },
            "switches": [asdict(switch) for switch in self.switches],
            "left_out": self.left_out,
        }


def compare(
    instance: Instance,
    groups: Mapping[str, Mapping[Id, str]] | None = None,
    *,
    policies: Sequence[str] = POLICIES,
    time_limit: float | None = None,
) -> Comparison:
    """Solve under every policy and set the answers side by side.

    Parameters
    ----------
    instance : Instance
    groups : mapping of attribute to mapping of school id to label, optional
        Such as rurality, socio-economic group, owner; the labels of the instance if not given.
    policies : sequence of str
    time_limit : float, optional
        Seconds, for each policy.

    Examples
    --------
    >>> two = Instance.from_arrays(
    ...     [1, 2], [2, 1], [9], [1], np.array([0, 1]), np.array([0, 0]), np.array([0.9, 0.1]))
    >>> found = compare(two, {"rural": {1: "yes"}}, policies=("total", "stable"))
    >>> [(switch.gain[0].school, switch.lose[0].school) for switch in found.switches]
    [(1, 2)]
    >>> found.outcomes["total"].spread["rural"]["yes"]
    GroupOutcome(asked=1, matched=0, mean=None, worst=None)
    """
    labels = _labels(instance, groups)
    answers: dict[str, Assignment] = {}
    left_out: dict[str, str] = {}
    for policy in policies:
        try:
            answers[policy] = solve(_under(instance, policy), policy=policy, time_limit=time_limit)
        except InstanceError as error:
            left_out[policy] = str(error)
    liking = school_liking(instance)
    names = list(answers)
    switches = [
        _switch(instance, liking, answers[before], answers[after])
        for n, before in enumerate(names)
        for after in names[n + 1 :]
    ]
    outcomes = {name: outcome_of(instance, answer, labels) for name, answer in answers.items()}
    return Comparison(outcomes, tuple(switches), left_out)


def outcome_of(instance: Instance, answer: Assignment, labels: Mapping[str, Sequence[str]]) -> PolicyOutcome:
    """What an assignment gives, in all and to each group.

    Parameters
    ----------
    instance : Instance
    answer : Assignment
    labels : mapping of attribute to sequence of str
        A label for each school, in the order of the instance.
    """
    by_urgency = answer.objective.matched_by_urgency
    return PolicyOutcome(
        status=answer.status.value,
        gap=answer.gap,
        matched=sum(by_urgency.values()),
        matched_by_urgency=by_urgency,
        total=answer.total(instance),
        worst=answer.worst(instance),
        blocking_count=answer.blocking.count,
        spread={name: _spread(instance, answer, column) for name, column in labels.items()},
    )


def _under(instance: Instance, policy: str) -> Instance:
    """The instance as a policy can take it: under ``stable`` changes have no price."""
    return replace(instance, change_price=0.0) if policy == "stable" else instance


def _labels(instance: Instance, groups: Mapping[str, Mapping[Id, str]] | None) -> dict[str, list[str]]:
    if groups is None:
        names = sorted({name for labels in instance.school_labels for name in labels})
        return {name: [labels.get(name, UNLABELLED) for labels in instance.school_labels] for name in names}
    return {
        name: [labels.get(school, UNLABELLED) for school in instance.school_ids]
        for name, labels in sorted(groups.items())
    }


def _spread(instance: Instance, answer: Assignment, column: Sequence[str]) -> dict[str, GroupOutcome]:
    scores: dict[str, list[float]] = {label: [] for label in sorted(set(column))}
    asked = dict.fromkeys(scores, 0)
    for label, pair in zip(column, answer.pair_of.tolist(), strict=True):
        asked[label] += 1
        if pair != NO_PAIR:
            scores[label].append(float(instance.score[pair]))
    return {
        label: GroupOutcome(
            asked[label], len(got), fsum(got) / len(got) if got else None, min(got) if got else None
        )
        for label, got in scores.items()
    }


def _switch(instance: Instance, liking: FloatArray, before: Assignment, after: Assignment) -> Switch:
    first, second = (_liked(liking, answer) for answer in (before, after))
    return Switch(
        before.policy,
        after.policy,
        tuple(_change(instance, before, after, school) for school in np.flatnonzero(second < first).tolist()),
        tuple(_change(instance, before, after, school) for school in np.flatnonzero(second > first).tolist()),
        int(((before.pair_of != after.pair_of) & (first == second)).sum()),
    )


def _liked(liking: FloatArray, answer: Assignment) -> FloatArray:
    """How each school likes what it got; lower is better, infinite is nobody."""
    liked: FloatArray = np.full(answer.pair_of.size, np.inf)
    made = answer.pair_of != NO_PAIR
    liked[made] = liking[answer.pair_of[made]]
    return liked


def _change(instance: Instance, before: Assignment, after: Assignment, school: int) -> Change:
    pairs = [int(answer.pair_of[school]) for answer in (before, after)]
    leaders = [None if p == NO_PAIR else instance.leader_ids[instance.pair_leader[p]] for p in pairs]
    scores = [None if p == NO_PAIR else float(instance.score[p]) for p in pairs]
    return Change(instance.school_ids[school], *leaders, *scores)
