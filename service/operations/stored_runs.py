"""A stored run brought back: its instance, its fields, and the run repeated from what was stored."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from typing import Any

import numpy as np

from matching.assignment import solve
from matching.field_documents import field_from_document
from matching.instances import Instance
from matching.lottery import Lottery
from matching.rounds import RoundRules, join, score_phases
from matching.rules import Limit, Rules, Together
from matching.sides import Field
from matching.what_if import Move
from service.errors import Conflict
from service.models import Run
from service.operations.packing import packed, unpacked
from service.text import say

Pair = tuple[int, int]
PRICE_SECONDS = 20.0


def stored_instance(document: Mapping[str, Any]) -> tuple[Instance, list[str]]:
    """The instance of a stored run, and the name of each phase of its pairs."""
    schools = [entry[0] for entry in document["schools"]]
    leaders = [entry[0] for entry in document["leaders"]]
    pairs = document["pairs"]
    school = np.array(pairs["school"], dtype=np.int64)
    leader = np.array(pairs["leader"], dtype=np.int64)
    asked = document.get("asked", {})  # runs kept before these could be asked for have none

    def named(positions: list[int]) -> list[Pair]:
        return [(schools[school[p]], leaders[leader[p]]) for p in positions]

    lottery = asked.get("lottery")
    instance = Instance.from_arrays(
        schools,
        [entry[1] for entry in document["schools"]],
        leaders,
        [entry[1] for entry in document["leaders"]],
        school,
        leader,
        np.array(pairs["score"], dtype=np.float64),
        forbidden=named(document["forbidden"]),
        locked=named(document["locked"]),
        waited=asked.get("waited"),
        previous=[(one, other) for one, other in asked.get("previous", [])],
        change_price=asked.get("change_price", 0.0),
        lottery=None if lottery is None else Lottery(**lottery),
        rules=_rules(asked.get("rules")),
        school_labels=asked.get("school_labels", []),
        leader_labels=asked.get("leader_labels", []),
        school_rankings=dict(map(tuple, asked.get("school_rankings", []))),
        leader_rankings=dict(map(tuple, asked.get("leader_rankings", []))),
    )
    return instance, [phase["phase"] for phase in document["phases"]]


def stored_field(document: Mapping[str, Any], phase: int) -> Field:
    """What the rules read in one phase of a stored run."""
    return field_from_document(document["phases"][phase]["field"])


def asked_document(instance: Instance, rules: RoundRules) -> dict[str, Any]:
    """What was asked of a round beyond its pairs, as it is stored."""
    return {
        "waited": None if instance.waited is None else instance.waited.tolist(),
        "previous": sorted(
            [
                list(pair)
                for pair in rules.previous
                if instance.previous is not None and _known(instance, pair)
            ]
        ),
        "change_price": instance.change_price,
        "lottery": None if instance.lottery is None else asdict(instance.lottery),
        "rules": {
            "minimum": [[leader, least] for leader, least in instance.rules.minimum.items()],
            "limits": [asdict(limit) for limit in instance.rules.limits],
            "together": [
                {"schools": list(group.schools), "places": group.places} for group in instance.rules.together
            ],
        },
        "school_labels": [dict(labels) for labels in instance.school_labels],
        "leader_labels": [dict(labels) for labels in instance.leader_labels],
        "school_rankings": _rankings(instance, schools=True),
        "leader_rankings": _rankings(instance, schools=False),
    }


@dataclass(frozen=True, slots=True)
class Replay:
    """A run repeated from what was stored with it.

    Parameters
    ----------
    run : int
    same_inputs : bool
        The stored inputs have the hash that was printed with the run.
    same_pairs : bool
        Rules and scores, asked again, give the same allowed pairs with the same scores.
    same_result : bool
        The same schools with the same leaders.
    proven : bool
        The repeated answer is proven; if the first was not, they may differ.
    differences : tuple of (school, leader then, leader now)
    """

    run: int
    same_inputs: bool
    same_pairs: bool
    same_result: bool
    proven: bool
    differences: tuple[Move, ...]

    @property
    def equal(self) -> bool:
        """Whether everything came out again."""
        return self.same_inputs and self.same_pairs and self.same_result

    def to_dict(self, system: str) -> dict[str, Any]:
        """The answer of ``minga replay``."""

        def key(code: Any) -> str | None:
            return None if code is None else f"{system}:{code}"

        return {
            "run": self.run,
            "equal": self.equal,
            "same_inputs": self.same_inputs,
            "same_pairs": self.same_pairs,
            "same_result": self.same_result,
            "proven": self.proven,
            "differences": [
                {"school": key(one.school), "then": key(one.before), "now": key(one.after)}
                for one in self.differences
            ],
        }


def replay(run: Run) -> Replay:
    """Repeat a run from its stored inputs: rules, scores, assignment; it must be loaded whole.

    Raises
    ------
    Conflict
        The run has not finished.
    """
    if run.inputs is None or run.result is None:
        raise Conflict(say("La corrida %(run)s no ha terminado.", run=run.id), code="not_finished")
    document = unpacked(run.inputs)
    instance, _ = stored_instance(document)
    fields = [stored_field(document, number) for number in range(len(document["phases"]))]
    urgency = dict(zip(instance.school_ids, instance.urgency.tolist(), strict=True))
    found, phase, _ = join(score_phases(fields), urgency, RoundRules())  # type: ignore[arg-type]
    same_pairs = (
        _pairs_of(found) == _pairs_of(instance)
        and found.score.tolist() == instance.score.tolist()
        and phase.tolist() == document["pairs"]["phase"]
    )
    options = document["options"]
    answer = solve(instance, policy=options["policy"], time_limit=options.get("time_limit"))
    now = dict(answer.pairs(instance))
    then = {_code(pair["school"]): _code(pair["leader_school"]) for pair in run.result["pairs"]}
    differences = tuple(
        Move(school, then.get(school), now.get(school))  # type: ignore[arg-type]
        for school in instance.school_ids
        if then.get(school) != now.get(school)  # type: ignore[arg-type]
    )
    return Replay(
        run=run.id,
        same_inputs=packed(document)[1] == run.input_hash,
        same_pairs=same_pairs,
        same_result=not differences,
        proven=answer.status.value == "optimal",
        differences=differences,
    )


def _known(instance: Instance, pair: Pair) -> bool:
    return pair[0] in instance.school_ids and pair[1] in instance.leader_ids


def _pairs_of(instance: Instance) -> list[tuple[Any, Any]]:
    ends = zip(instance.pair_school.tolist(), instance.pair_leader.tolist(), strict=True)
    return [(instance.school_ids[school], instance.leader_ids[leader]) for school, leader in ends]


def _rankings(instance: Instance, *, schools: bool) -> list[list[Any]]:
    """The rankings of one side as lists of ids, whole: a partner that is no pair was passed over."""
    ranks = instance.school_ranks if schools else instance.leader_ranks
    place = instance.school_place if schools else instance.leader_place
    owner, partner = instance.pair_school, instance.pair_leader
    ids, others = instance.school_ids, instance.leader_ids
    if not schools:
        owner, partner, ids, others = partner, owner, others, ids
    found: list[list[Any]] = []
    for row in np.flatnonzero(ranks).tolist():
        own = np.flatnonzero((owner == row) & (place >= 0)) if place is not None else np.zeros(0, dtype=int)
        ordered = own[np.argsort(place[own])] if place is not None else own
        found.append([ids[row], [others[partner[pair]] for pair in ordered.tolist()]])
    return found


def _rules(stored: Mapping[str, Any] | None) -> Rules:
    if stored is None:
        return Rules()
    return Rules(
        dict(map(tuple, stored["minimum"])),
        tuple(Limit(**entry) for entry in stored["limits"]),
        tuple(Together(tuple(entry["schools"]), entry["places"]) for entry in stored["together"]),
    )


def _code(key: str) -> int:
    return int(key.rpartition(":")[2])


def place_prices(run: Run) -> dict[Any, tuple[int, int | None, float]]:
    """What one more place with each leader of a stored run would give, exactly, by its school's number.

    As under the policy of the greatest total and without extra rules: only there are prices exact
    for all leaders at once. Empty where the time did not suffice for a proof.
    """
    if run.inputs is None:
        raise Conflict(say("La corrida %(run)s no ha terminado.", run=run.id), code="not_finished")
    instance, _ = stored_instance(unpacked(run.inputs))
    answer = solve(replace(instance, rules=Rules()), policy="total", time_limit=PRICE_SECONDS)
    return {leader: (price.matched, price.urgency, price.total) for leader, price in answer.prices.items()}
