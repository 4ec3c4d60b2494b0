"""What a run tells beside its pairs: other policies, to whom what goes, what lists would pay, whom to win."""

from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import asdict
from typing import Any

import numpy as np

from matching.comparison import compare, outcome_of
from matching.elements import Element
from matching.incentives import SIDES, untrue_lists
from matching.pair_index import Id
from matching.phase_evidence import AREAS
from matching.preparation import prepare
from matching.profiles import LeaderProfile, OwnerKind, Phase
from matching.recruiting import Newcomer
from matching.recruiting_plan import recruiting_plan
from matching.rounds import Round, ScoredPhase, score_phases
from matching.sides import ELEMENTS, Field
from service.snapshots.matching import RunInputs
from service.snapshots.round_rules import GROUPS, UNKNOWN

Say = Callable[[str, float], None]
COMPARE_SECONDS = 60.0
"""For each policy, where the run sets no limit of its own."""
RECRUIT_SECONDS = 5.0
"""For each area, strength and number of newcomers."""
LISTS = 6
MOST_TRIED = 50_000
"""Above this many pairs lists are not tried one by one: each is a solve of its own."""
BEST = 4
"""The rubric's highest level: what a newcomer strong in an element is taken to have."""


def run_studies(inputs: RunInputs, played: Round, tell: Say) -> dict[str, Any]:
    """All that was asked for beside the pairs, as it is kept with the result."""
    options = inputs.options
    groups = _groups(played)
    labels = {name: list(of.values()) for name, of in groups.items()}
    found: dict[str, Any] = {
        "fairness": {
            name: {label: asdict(outcome) for label, outcome in of.items()}
            for name, of in outcome_of(played.instance, played.assignment, labels).spread.items()
        },
        "comparison": None,
        "incentives": [],
        "recruiting": None,
    }
    if options.compare:
        tell("comparison", 0.92)
        limit = options.time_limit or COMPARE_SECONDS
        found["comparison"] = compare(played.instance, groups, time_limit=limit).to_dict()
    if options.incentives and not played.instance.rules and played.instance.score.size <= MOST_TRIED:
        tell("incentives", 0.95)
        found["incentives"] = [_counted(played, side, options.incentives, options.policy) for side in SIDES]
    if options.recruiting and not options.exploratory:
        tell("recruiting", 0.97)
        found["recruiting"] = _recruiting(
            inputs, played, lambda share: tell("recruiting", 0.97 + 0.03 * share)
        )
    return found


def _groups(played: Round) -> dict[str, dict[Any, str]]:
    instance = played.instance
    every = instance.school_labels or ({},) * len(instance.school_ids)
    return {
        name: {
            school: labels.get(name, UNKNOWN)
            for school, labels in zip(instance.school_ids, every, strict=True)
        }
        for name in GROUPS
    }


def _counted(played: Round, side: str, people: int, policy: str) -> dict[str, Any]:
    """How often a shorter or misordered list would pay (M19); names are left out."""
    counted = untrue_lists(played.instance, policy, side, people=people, lists=LISTS)
    return {
        "policy": policy,
        "side": side,
        "people": counted.people,
        "gaining": counted.gaining,
        "lists": counted.lists,
    }


def _recruiting(inputs: RunInputs, played: Round, tell: Callable[[float], None]) -> dict[str, Any]:
    """What more leaders would change, by area and strength: schools that meet the measurable criteria."""
    candidates = _candidates(inputs)
    by_region = inputs.territory == "all" or inputs.territory.startswith("region:")
    newcomers: dict[tuple[str, str], list[Newcomer]] = defaultdict(list)
    for strength, pairs in _pairs_by_strength(inputs, candidates).items():
        for leader, scores in sorted(pairs.items()):
            row = inputs.schools[leader]
            area = (row.region if by_region else row.commune) or UNKNOWN
            newcomers[area, strength].append(Newcomer(leader, 1, scores))
    policy = "fair" if inputs.options.policy == "fair" else "total"
    plan = recruiting_plan(
        played.instance, newcomers, policy=policy, time_limit=RECRUIT_SECONDS, progress=tell
    )
    return {
        "areas": "region" if by_region else "commune",
        "candidates": len(candidates),
        "policy": policy,
        "offers": [offer.as_document() for offer in plan],
    }


def _candidates(inputs: RunInputs) -> tuple[int, ...]:
    """Schools that meet the measurable criteria of leadership and have no designated leader."""
    standing = {leader.school for leader in inputs.leaders}
    suggested: set[int] = set()
    for phase, found in inputs.findings.items():
        codes = {
            one.id
            for one in found.profiles
            if inputs.options.owners == "all" or one.owner_kind is OwnerKind.PUBLIC
        }
        judged = found.could_lead(codes, inputs.criteria, inputs.assessments[phase])
        suggested.update(one.school for one in judged if one.refused_by is None)
    return tuple(sorted((suggested - standing - inputs.urgency.keys()) & inputs.schools.keys()))


def _pairs_by_strength(
    inputs: RunInputs, candidates: tuple[int, ...]
) -> dict[str, dict[int, dict[Id, float]]]:
    """By strength, then candidate: the schools that it would be allowed to help because of it, scored.

    Where results decide, the strength is the area in which a school needs somebody better; where
    people assessed the need, it is an element, in which the candidate is taken to be at its best.
    """
    found: dict[str, dict[int, dict[Id, float]]] = defaultdict(lambda: defaultdict(dict))
    needed = {element for profiles in inputs.needs.values() for need in profiles for element in need.needs}
    for element in (None, *sorted(needed)):
        for one in score_phases(list(_fields_with(inputs, candidates, element).values())):
            for strength, leader, school, score in _allowed(one, element):
                scores = found[strength][leader]
                scores[school] = max(score, scores.get(school, 0.0))
    return found


def _fields_with(
    inputs: RunInputs, candidates: tuple[int, ...], element: Element | None
) -> Mapping[Phase, Field]:
    preset = inputs.preset
    leaders = [
        LeaderProfile(
            id=code,
            school=code,
            years_in_post=preset.min_years_in_post,
            consents=True,
            capacity=1,
            strengths={} if element is None else {element: BEST},
            languages=frozenset({inputs.system.language}),
        )
        for code in candidates
    ]
    fields = {}
    for phase, field in inputs.fields.items():
        evidence = inputs.findings[phase].evidence(inputs.assessments[phase])
        fields[phase] = prepare(
            inputs.findings[phase].profiles,
            inputs.needs[phase],
            leaders,
            evidence,
            field.space,
            preset,
            like_within=field.like_within,
        )
    return fields


def _allowed(one: ScoredPhase, element: Element | None) -> list[tuple[str, int, int, float]]:
    table, field = one.scored.pairs, one.field
    by_results = table.by_results
    if element is None:
        kept = np.flatnonzero(by_results)
        strength = [AREAS[int(area)].value for area in field.schools.area[table.school_row[kept]]]
    else:
        needs = field.schools.needs[table.school_row, ELEMENTS.index(element)] > 0
        kept = np.flatnonzero(~by_results & needs)
        strength = [element.value] * kept.size
    return list(
        zip(
            strength,
            table.leader[kept].tolist(),
            table.school[kept].tolist(),
            one.scored.score[kept].tolist(),
            strict=True,
        )
    )
