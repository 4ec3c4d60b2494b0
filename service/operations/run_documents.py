"""How a run is kept and printed: its inputs, its result, its proposals."""

import hashlib
import json
import zlib
from math import isfinite
from typing import Any

import numpy as np

from matching.eligibility import WAIVED_FOR_SUGGESTED, Criteria
from matching.explanations import reasons
from matching.field_documents import field_document
from matching.preferences import alternates
from matching.refusals import RefusalCode
from matching.repairs import SchoolRefusals, refusals_of
from matching.rounds import Round
from matching.scoring import DEFAULT_SCORE
from service.models.enums import ProposalState
from service.snapshots.matching import RunInputs

ALTERNATES = 3
FORMAT = 2


def input_document(inputs: RunInputs, played: Round) -> dict[str, Any]:
    """All that decided the run, so that it can be replayed and explained years later."""
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
                "value": _number(finding.value),
                "threshold": _number(finding.threshold),
            }
    return refused


def score_weights() -> dict[str, int]:
    """Weights of the terms of the score, in hundredths."""
    weights: dict[str, int] = DEFAULT_SCORE.as_dict()["hundredths"]
    return weights


def packed(document: dict[str, Any]) -> tuple[bytes, str]:
    """Compress a document; the hash is that of its canonical text."""
    text = json.dumps(document, sort_keys=True, separators=(",", ":"), ensure_ascii=True).encode()
    return zlib.compress(text, 6), hashlib.sha256(text).hexdigest()


def unpacked(blob: bytes) -> dict[str, Any]:
    """The document that was packed."""
    document: dict[str, Any] = json.loads(zlib.decompress(blob))
    return document


def result_document(inputs: RunInputs, played: Round, seconds: dict[str, float]) -> dict[str, Any]:
    """The answer of ``minga match``, with the fields that scripts rely on."""
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
            "like_within": {p.field.phase.value: _number(p.field.like_within) for p in played.phases},
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
        "unmatched": _unmatched(inputs, played),
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
                        "value": _number(reason.value),
                        "share": _number(reason.share),
                        "since": reason.since,
                    }
                    for reason in told
                ],
                "facts": {
                    "context_distance": _number(float(table.context_distance[row])),
                    "coverage": _number(float(table.coverage[row])),
                    "distance_km": _number(float(table.distance_km[row])),
                    "place_estimated": bool(table.place_estimated[row]),
                    "online": bool(table.online[row]),
                    "by_results": bool(table.by_results[row]),
                    "gap": _number(float(table.gap[row])),
                    "probability_better": _number(float(table.probability_better[row])),
                    "like_within": _number(found.field.like_within),
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
        "by_assessment": len(inputs.asked_by_assessment),
    }


def refusals_in(inputs: RunInputs, school: int) -> SchoolRefusals | None:
    """How the leaders fared with one school, in the phase where most come near."""
    best: SchoolRefusals | None = None
    for field in inputs.fields.values():
        rows = np.flatnonzero(field.schools.ids == school)
        if rows.size:
            found = refusals_of(field, int(rows[0]))
            if best is None or sum(r.leaders for r in found.repairs) > sum(r.leaders for r in best.repairs):
                best = found
    return best


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
        "context_distance": _number(float(table.context_distance[row])),
        "coverage": _number(float(table.coverage[row])),
        "distance_km": _number(float(table.distance_km[row])),
        "place_estimated": bool(table.place_estimated[row]),
        "gap_points": _number(float(table.gap[row])),
        "probability_better": _number(float(table.probability_better[row])),
        "by_results": bool(table.by_results[row]),
        "locked": bool(played.instance.locked[pair]),
    }


def _unmatched(inputs: RunInputs, played: Round) -> list[dict[str, Any]]:
    """Schools without a leader: the reason, and the smallest change that would give them one."""
    system = inputs.system.code
    found = []
    for school, reason in played.assignment.unmatched(played.instance):
        code = int(school)
        entry: dict[str, Any] = {
            "school": f"{system}:{code}",
            "urgency": inputs.urgency[code],
            "reason": reason,
            "refusals": {},
            "repair": None,
        }
        if reason == "no_place_left":
            entry["repair"] = {"rule": RefusalCode.NO_CAPACITY.value, "leaders": _allowed(played, code)}
        else:
            refused = refusals_in(inputs, code)
            if refused is not None:
                entry["refusals"] = {rule.value: count for rule, count in refused.refused}
                if refused.repairs:
                    first = refused.repairs[0]
                    entry["repair"] = {
                        "rule": first.rule.value,
                        "leaders": first.leaders,
                        "nearest": _number(first.nearest),
                        "threshold": _number(first.threshold),
                        "leader_school": f"{system}:{first.leader}",
                    }
        found.append(entry)
    return found


def _allowed(played: Round, school: int) -> int:
    instance = played.instance
    row = instance.school_ids.index(school)
    return int((instance.allowed & (instance.pair_school == row)).sum())


def _leader_name(inputs: RunInputs, code: int) -> int:
    """A designated leader's own number; a suggested school's official one."""
    standing = inputs.standing.get(code)
    return code if inputs.options.exploratory or standing is None else standing.leader_id


def _number(value: float | None) -> float | None:
    if value is None or not isfinite(value):
        return None
    return round(float(value), 9)
