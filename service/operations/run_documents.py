"""How a run is kept and printed: its inputs, its result, its proposals."""

from typing import Any

import numpy as np

from matching.eligibility import WAIVED_FOR_SUGGESTED, Criteria
from matching.explanations import reasons
from matching.field_documents import field_document
from matching.instances import Instance
from matching.preferences import alternates
from matching.rounds import Round
from matching.rule_book import below_floors, rule_named
from matching.scoring import DEFAULT_SCORE
from service.models.enums import ProposalState
from service.operations.packing import plain_number
from service.operations.performed import Performed
from service.operations.run_unmatched import unmatched_document
from service.operations.stored_runs import asked_document
from service.snapshots.matching import RunInputs

ALTERNATES = 3
FORMAT = 3


def input_document(done: Performed) -> dict[str, Any]:
    """All that decided the run, so that it can be replayed and explained years later."""
    inputs, played = done.inputs, done.round
    instance = played.instance
    return {
        "format": FORMAT,
        "system": inputs.system.code,
        "territory": inputs.territory,
        "options": inputs.options.to_dict(),
        "rule": inputs.rule.to_dict(),
        "preset": inputs.preset.as_dict(),
        "score": DEFAULT_SCORE.as_dict(),
        "criteria": Criteria().to_dict(),
        "phases": [
            {
                "phase": one.field.phase.value,
                "field": field_document(one.field),
                "value_added": {
                    area.value: added.parameters.to_dict()
                    for area, added in inputs.findings[one.field.phase].added.items()
                },
                "line": inputs.assessments[one.field.phase].line,
            }
            for one in played.phases
        ],
        "schools": [
            [school, urgency]
            for school, urgency in zip(instance.school_ids, instance.urgency.tolist(), strict=True)
        ],
        "leaders": [
            [leader, capacity]
            for leader, capacity in zip(instance.leader_ids, instance.capacity.tolist(), strict=True)
        ],
        "pairs": {
            "school": instance.pair_school.tolist(),
            "leader": instance.pair_leader.tolist(),
            "score": instance.score.tolist(),
            "phase": played.pair_phase.tolist(),
        },
        "forbidden": np.flatnonzero(instance.forbidden).tolist(),
        "locked": np.flatnonzero(instance.locked).tolist(),
        "below_floor": np.flatnonzero(below_floors(instance, done.rules.book.floors)).tolist(),
        "asked": asked_document(instance, done.rules),
        "not_asked": {str(code): reason for code, reason in inputs.not_asked.items()},
        "not_leading": _not_leading(inputs),
    }


def _not_leading(inputs: RunInputs) -> dict[str, dict[str, Any]]:
    """In an exploratory run, the criterion that keeps a school from being suggested."""
    refused: dict[str, dict[str, Any]] = {}
    suggested = {leader.school for leader in inputs.leaders}
    for judged in (one for found in inputs.eligibility.values() for one in found):
        if judged.school not in suggested and judged.refused_by is not None:
            finding = next(part for part in judged.findings if part.criterion is judged.refused_by)
            refused[str(judged.school)] = {
                "criterion": finding.criterion.value,
                "holds": finding.holds,
                "value": plain_number(finding.value),
                "threshold": plain_number(finding.threshold),
            }
    return refused


def score_weights() -> dict[str, int]:
    """Weights of the terms of the score, in hundredths."""
    weights: dict[str, int] = DEFAULT_SCORE.as_dict()["hundredths"]
    return weights


def result_document(done: Performed) -> dict[str, Any]:
    """The answer of ``minga match``, with the fields that scripts rely on."""
    inputs, played, seconds = done.inputs, done.round, done.seconds
    instance, assignment = played.instance, played.assignment
    system = inputs.system.code
    named = {code: _leader_name(inputs, code) for code in instance.leader_ids if isinstance(code, int)}
    others = alternates(instance, assignment.pair_of, ALTERNATES)
    solved = assignment.to_dict(instance)
    exploratory = inputs.options.exploratory
    return {
        "run": None,
        "input_hash": None,
        "exploratory": exploratory,
        "waived": [code.value for code in WAIVED_FOR_SUGGESTED] if exploratory else [],
        "criteria": Criteria().to_dict() if exploratory else None,
        "territory": inputs.territory,
        "as_of": inputs.options.as_of,
        "rule": inputs.rule.to_dict(),
        "preset": {
            **inputs.preset.as_dict(),
            "score": DEFAULT_SCORE.as_dict(),
            "weights": {p.field.phase.value: p.field.space.weights.as_dict() for p in played.phases},
            "like_within": {p.field.phase.value: plain_number(p.field.like_within) for p in played.phases},
        },
        "policy": assignment.policy,
        "status": solved["status"],
        "objective": solved["objective"],
        "bound": solved["bound"],
        "gap": solved["gap"],
        "resolution": solved["resolution"],
        "schools": len(instance.school_ids),
        "leaders": len(instance.leader_ids),
        "allowed_pairs": int(instance.score.size),
        "in_need": {"total": len(instance.school_ids), "by_assessment": len(inputs.asked_by_assessment)},
        "matched": solved["matched"],
        "matched_by_urgency": solved["matched_by_urgency"],
        "worst": solved["worst"],
        "total": solved["total"],
        "proven_up_to": solved.get("proven_up_to"),
        "changed": solved.get("changed"),
        "change_price": instance.change_price,
        "waited": 0 if instance.waited is None else int((instance.waited > 0).sum()),
        "lottery": _lottery(solved, system),
        "extra_rules": dict(inputs.options.extra_rules),
        "infeasible": _broken(played, solved),
        "rankings": {
            "schools": int(instance.school_ranks.sum()),
            "leaders": int(instance.leader_ranks.sum()),
        },
        **done.studies,
        "pairs": [
            {
                **_pair(inputs, played, pair, named),
                "alternates": [
                    {"leader": named[int(leader)], "leader_school": f"{system}:{leader}", "score": score}
                    for leader, score in others[instance.school_ids[instance.pair_school[pair]]]
                ],
            }
            for pair in played.made()
        ],
        "unmatched": unmatched_document(done),
        "prices": {str(named[int(leader)]): price for leader, price in solved["prices"].items()},
        "blocking_count": solved["blocking_count"],
        "blocking_pairs": [[f"{system}:{s}", f"{system}:{j}"] for s, j in solved["blocking_pairs"]],
        "seconds": round(sum(seconds.values()), 4),
        "cpu_seconds": {**seconds, "solve": round(assignment.seconds, 4)},
    }


def proposal_rows(inputs: RunInputs, played: Round, run_id: int) -> list[dict[str, Any]]:
    """The pairs made, as draft proposals with their terms, reasons and facts."""
    rows = []
    for pair in played.made():
        phase, row = int(played.pair_phase[pair]), int(played.pair_row[pair])
        found = played.phases[phase]
        table = found.scored.pairs
        school, leader = int(table.school[row]), int(table.leader_school[row])
        standing = inputs.standing.get(leader)
        told = reasons(found.field, int(table.school_row[row]), int(table.leader_row[row]))
        rows.append(
            {
                "run_id": run_id,
                "school_id": inputs.schools[school].id,
                "leader_school_id": inputs.schools[leader].id,
                "leader_id": None if inputs.options.exploratory or standing is None else standing.leader_id,
                "phase": table.phase,
                "state": ProposalState.DRAFT,
                "urgency": inputs.urgency[school],
                "locked": bool(played.instance.locked[pair]),
                "score": float(played.instance.score[pair]),
                "terms": {term.value: value for term, value in found.scored.terms_of(row).items()},
                "reasons": [
                    {
                        "code": reason.code.value,
                        "subject": reason.subject,
                        "value": plain_number(reason.value),
                        "share": plain_number(reason.share),
                        "since": reason.since,
                    }
                    for reason in told
                ],
                "facts": {
                    "context_distance": plain_number(float(table.context_distance[row])),
                    "coverage": plain_number(float(table.coverage[row])),
                    "distance_km": plain_number(float(table.distance_km[row])),
                    "place_estimated": bool(table.place_estimated[row]),
                    "online": bool(table.online[row]),
                    "by_results": bool(table.by_results[row]),
                    "gap": plain_number(float(table.gap[row])),
                    "probability_better": plain_number(float(table.probability_better[row])),
                    "like_within": plain_number(found.field.like_within),
                },
            }
        )
    return rows


def summary_of(inputs: RunInputs, result: dict[str, Any]) -> dict[str, Any]:
    """The figures that lists of runs show."""
    return {
        "territory_name": inputs.territory_name,
        "schools": result["schools"],
        "leaders": result["leaders"],
        "allowed_pairs": result["allowed_pairs"],
        "matched": result["matched"],
        "unmatched": len(result["unmatched"]),
        "status": result["status"],
        "gap": result["gap"],
        "policy": result["policy"],
        "by_assessment": len(inputs.asked_by_assessment),
    }


def _pair(inputs: RunInputs, played: Round, pair: int, named: dict[int, Any]) -> dict[str, Any]:
    phase, row = int(played.pair_phase[pair]), int(played.pair_row[pair])
    scored = played.phases[phase].scored
    table = scored.pairs
    system = inputs.system.code
    school, leader = int(table.school[row]), int(table.leader_school[row])
    return {
        "school": f"{system}:{school}",
        "phase": table.phase.value,
        "urgency": inputs.urgency[school],
        "leader": named[leader],
        "leader_school": f"{system}:{leader}",
        "score": float(played.instance.score[pair]),
        "terms": {term.value: value for term, value in scored.terms_of(row).items()},
        "context_distance": plain_number(float(table.context_distance[row])),
        "coverage": plain_number(float(table.coverage[row])),
        "distance_km": plain_number(float(table.distance_km[row])),
        "place_estimated": bool(table.place_estimated[row]),
        "gap_points": plain_number(float(table.gap[row])),
        "probability_better": plain_number(float(table.probability_better[row])),
        "by_results": bool(table.by_results[row]),
        "locked": bool(played.instance.locked[pair]),
        **_stated(played.instance, pair),
    }


def _stated(instance: Instance, pair: int) -> dict[str, Any]:
    """Place of the pair in the ranking that either side stated, from 1; None where none was stated."""
    found: dict[str, Any] = {}
    for side, place, ranks, owner in (
        ("school", instance.school_place, instance.school_ranks, instance.pair_school),
        ("leader", instance.leader_place, instance.leader_ranks, instance.pair_leader),
    ):
        stated = place is not None and ranks[owner[pair]]
        found[f"{side}_rank"] = int(place[pair]) + 1 if place is not None and stated else None
    return found


def _lottery(solved: dict[str, Any], system: str) -> dict[str, Any] | None:
    drawn = solved.get("lottery")
    return None if drawn is None else {**drawn, "drawn": [f"{system}:{code}" for code in drawn["drawn"]]}


def _broken(played: Round, solved: dict[str, Any]) -> list[dict[str, Any]]:
    """The rules that would have to give way, as data and in the engine's words."""
    return [{**one, **rule_named(played.instance, one["rule"])} for one in solved.get("infeasible", ())]


def _leader_name(inputs: RunInputs, code: int) -> int:
    """A designated leader's own number; a suggested school's official one."""
    standing = inputs.standing.get(code)
    return code if inputs.options.exploratory or standing is None else standing.leader_id
