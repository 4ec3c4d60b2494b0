"""What partnerships changed in a territory, as a document: both sides, or why nothing can be said."""

from collections.abc import Collection
from dataclasses import asdict
from typing import Any

from sqlalchemy.orm import Session

from network.errors import ImpactError
from network.programme_effects import NEVER, SideEffects, programme_effects
from network.untreated import ResultHistory
from service.models.states import Side
from service.snapshots.programme import programme_cohorts
from service.systems import System

FEW_TREATED = "few_treated"
FEW_UNTREATED = "few_untreated"


def programme_document(
    session: Session, system: System, history: ResultHistory, codes: Collection[int] | None
) -> dict[str, Any]:
    """Estimate both sides over the partnerships of a territory (None: of all).

    ``waiting_from`` is the year of the first test that could show what begins to be missing:
    partnerships that began after the last test was sat.
    """
    document: dict[str, Any] = {"years": [int(year) for year in history.years]}
    last = document["years"][-1]
    for side in Side:
        cohort, others = programme_cohorts(session, system, history, side=side, territory=codes)
        began = cohort[cohort != NEVER]
        waiting = began[began > last]
        side_found = _effects(history, cohort, others)
        document[side.value] = {
            **side_found,
            "worked": int(began.size),
            "waiting_from": int(waiting.min()) if waiting.size else None,
        }
    return document


def _effects(history: ResultHistory, cohort: Any, others: Any) -> dict[str, Any]:
    try:
        found = programme_effects(history, cohort, others)
    except ImpactError as error:
        nothing = SideEffects(None, {}, None, None, 0, 0, 0.0, str(error))
        return {**_side(nothing), "refused_by": FEW_UNTREATED}
    return {**_side(found), "refused_by": FEW_TREATED if found.overall is None else None}


def _side(found: SideEffects) -> dict[str, Any]:
    return {
        "treated": found.treated,
        "controls": found.controls,
        "refusal": found.refusal,
        "overall": None if found.overall is None else asdict(found.overall),
        "by_year": [{"years_since_start": year, **asdict(one)} for year, one in found.by_year.items()],
        "before": None if found.before is None else asdict(found.before),
        "naive": found.naive,
        "spread": found.spread,
        "path": [asdict(point) for point in found.path],
    }
