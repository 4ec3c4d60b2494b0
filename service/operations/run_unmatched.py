"""The schools that a run leaves without a leader: why, and what would repair it."""

from typing import Any

import numpy as np

from matching.refusals import RefusalCode
from matching.repairs import SchoolRefusals, refusals_of
from matching.rounds import Round
from matching.rule_book import below_floors
from service.operations.packing import plain_number
from service.operations.performed import Performed
from service.snapshots.matching import RunInputs


def unmatched_document(done: Performed) -> list[dict[str, Any]]:
    """Schools without a leader: the reason, and the smallest change that would give them one."""
    inputs, played = done.inputs, done.round
    system = inputs.system.code
    found = []
    for school, told in played.assignment.unmatched(played.instance):
        code = int(school)
        reason = told if told != "no_allowed_pair" else _barred(done, code) or told
        entry: dict[str, Any] = {
            "school": f"{system}:{code}",
            "urgency": inputs.urgency[code],
            "reason": reason,
            "refusals": {},
            "repair": None,
        }
        if reason == "no_place_left":
            entry["repair"] = {"rule": RefusalCode.NO_CAPACITY.value, "leaders": _allowed(played, code)}
        elif reason == "no_allowed_pair":
            refused = refusals_in(inputs, code)
            if refused is not None:
                entry["refusals"] = {rule.value: count for rule, count in refused.refused}
                if refused.repairs:
                    first = refused.repairs[0]
                    entry["repair"] = {
                        "rule": first.rule.value,
                        "leaders": first.leaders,
                        "nearest": plain_number(first.nearest),
                        "threshold": plain_number(first.threshold),
                        "leader_school": f"{system}:{first.leader}",
                    }
        found.append(entry)
    return found


def _barred(done: Performed, school: int) -> str | None:
    """Why a school whose pairs were all taken out of the run has none; None if it had none at all."""
    instance = done.round.instance
    own = np.flatnonzero(instance.pair_school == instance.school_ids.index(school))
    if not own.size:
        return None
    floored = below_floors(instance, done.rules.book.floors)[own]
    return "below_floor" if floored.any() else "discarded"


def _allowed(played: Round, school: int) -> int:
    instance = played.instance
    row = instance.school_ids.index(school)
    return int((instance.allowed & (instance.pair_school == row)).sum())


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
