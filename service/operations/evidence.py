"""Compute what the published figures say of every school, and keep it for the pages."""

from collections.abc import Callable, Sequence
from dataclasses import asdict
from typing import Any

from sqlalchemy import delete, func, insert, select
from sqlalchemy.orm import Session

from matching.eligibility import Criteria, Eligibility
from matching.need_evidence import Evidence
from matching.residuals import Area
from matching.weights import WeightKind
from service.db import Base, Database
from service.models import Assessment, Batch, Estimate, Event, EvidenceSet, Likeness, Result, School
from service.models.columns import utc_now
from service.models.enums import BatchState
from service.snapshots.findings import PhaseFindings, phase_findings
from service.snapshots.likeness import likenesses, shares_of_weight
from service.snapshots.schools import working_schools
from service.systems import SYSTEMS, System

Say = Callable[[str, float], None]

IN_NEED = "in_need"
NOT_IN_NEED = "not_in_need"
CANNOT_ASSESS = "cannot_assess"


def data_version(session: Session) -> str:
    """Name the state of the data: it changes with every applied import and every edit by hand."""
    batch = session.scalar(select(func.max(Batch.id)).where(Batch.state == BatchState.APPLIED))
    edit = session.scalar(select(func.max(Event.id)).where(Event.object_type == "school"))
    return f"{batch or 0}.{edit or 0}"


def newest_results_year(session: Session, system: System) -> int | None:
    """The last year with results of a compared test."""
    return session.scalar(
        select(func.max(Result.year))
        .join(School, School.id == Result.school_id)
        .where(School.system == system.code, Result.test.in_(system.tests.values()))
    )


def stale_systems(session: Session) -> list[System]:
    """Systems whose evidence as of their newest year is missing or rests on older data."""
    version = data_version(session)
    stale = []
    for system in SYSTEMS.values():
        year = newest_results_year(session, system)
        if year is None:
            continue
        kept = set(
            session.scalars(
                select(EvidenceSet.phase).where(
                    EvidenceSet.system == system.code,
                    EvidenceSet.as_of == year,
                    EvidenceSet.data_version == version,
                )
            )
        )
        if not kept.issuperset(system.tests):
            stale.append(system)
    return stale


def refresh_evidence(database: Database, system: System, say: Say | None = None) -> None:
    """Compute the evidence of a system as of its newest year, and replace what was kept.

    The computing reads only; the replacing is one short transaction a phase.
    """
    with database.reading() as session:
        version, year = data_version(session), newest_results_year(session, system)
        if year is None:
            return
        schools = working_schools(session, system)
        found = []
        for done, phase in enumerate(system.tests):
            if say is not None:
                say(phase.value, done / len(system.tests))
            found.append(phase_findings(session, system, phase, year, schools=schools))
    for findings in found:
        likeness, near = _likeness(findings)
        rows = ((Estimate, _estimates(findings)), (Assessment, _assessments(findings)), (Likeness, near))
        with database.transaction() as session:
            _replace(session, findings, version, {**_parameters(findings), "likeness": likeness}, rows)


def _replace(
    session: Session,
    findings: PhaseFindings,
    version: str,
    parameters: dict[str, Any],
    rows: Sequence[tuple[type[Base], list[dict[str, Any]]]],
) -> None:
    same = (EvidenceSet.system == findings.system.code, EvidenceSet.phase == findings.phase)
    old = select(EvidenceSet.id).where(*same)
    for table in (Estimate, Assessment, Likeness):
        session.execute(delete(table).where(table.set_id.in_(old)))
    session.execute(delete(EvidenceSet).where(*same))
    kept = EvidenceSet(
        system=findings.system.code,
        phase=findings.phase,
        test=findings.test or "",
        as_of=findings.as_of,
        data_version=version,
        parameters=parameters,
        computed_at=utc_now(),
    )
    session.add(kept)
    session.flush()
    for model, found in rows:
        if found:
            session.execute(insert(model), [{**row, "set_id": kept.id} for row in found])


def _likeness(findings: PhaseFindings) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """How like schools were found, and the twenty of each school."""
    if not findings.profiles:
        return {"weights": {}, "kind": "", "compared": 0}, []
    space = findings.space(WeightKind.LEARNED)
    told = {
        "weights": shares_of_weight(space),
        "kind": space.weights.kind.value,
        "compared": int(space.context.ids.size),
    }
    return told, likenesses(space, {code: row.id for code, row in findings.schools.items()})


def _parameters(findings: PhaseFindings) -> dict[str, Any]:
    need = findings.default_need
    return {
        "rule": need.rule.to_dict(),
        "line": need.line,
        "median": need.median,
        "criteria": Criteria().to_dict(),
        "value_added": {area.value: added.parameters.to_dict() for area, added in findings.added.items()},
        "tests": list(findings.added[Area.BOTH].tests) if Area.BOTH in findings.added else [],
        "schools": len(findings.profiles),
    }


def _estimates(findings: PhaseFindings) -> list[dict[str, Any]]:
    ids = {code: row.id for code, row in findings.schools.items()}
    rows = []
    for area, added in findings.added.items():
        columns = (
            added.school,
            added.level,
            added.level_sd,
            added.estimate,
            added.standard_error,
            added.years,
            added.tested,
            added.last_year,
            added.recent_tests,
        )
        for code, level, sd, forecast, error, years, tested, last, recent in zip(
            *(column.tolist() for column in columns), strict=True
        ):
            if code in ids and code in findings.codes:
                rows.append(
                    {
                        "school_id": ids[code],
                        "area": area.value,
                        "level": level,
                        "level_sd": sd,
                        "forecast": forecast,
                        "forecast_sd": error,
                        "years": years,
                        "tested": tested,
                        "last_year": last,
                        "recent_tests": recent,
                    }
                )
    return rows


def _assessments(findings: PhaseFindings) -> list[dict[str, Any]]:
    need = findings.default_need
    in_need = {found.school: found for found in need.in_need}
    unknown = dict(need.cannot_assess)
    leading = {judged.school: judged for judged in findings.could_lead(findings.codes, Criteria())}
    rows = []
    for code in sorted(findings.codes):
        found = in_need.get(code)
        status = IN_NEED if found else CANNOT_ASSESS if code in unknown else NOT_IN_NEED
        judged = leading.get(code)
        rows.append(
            {
                "school_id": findings.schools[code].id,
                "status": status,
                "urgency": found.urgency if found else None,
                "reason": unknown[code].value if code in unknown else None,
                "evidence": [_evidence(piece) for piece in found.evidence] if found else [],
                "could_lead": judged is not None and judged.refused_by is None,
                "leading_evidence": _leading(judged),
            }
        )
    return rows


def _evidence(piece: Evidence) -> dict[str, Any]:
    return {key: str(value) if isinstance(value, str) else value for key, value in asdict(piece).items()}


def _leading(judged: Eligibility | None) -> list[dict[str, Any]]:
    if judged is None:
        return []
    return [
        {
            "criterion": finding.criterion.value,
            "holds": finding.holds,
            "value": finding.value,
            "threshold": finding.threshold,
            "waived": finding.waived,
        }
        for finding in judged.findings
    ]
