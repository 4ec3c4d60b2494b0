"""Commands about schools and who is like whom."""

from typing import Any

import click
import numpy as np

from matching.features import Feature
from matching.neighbours import nearest
from matching.profiles import COMPARED_PHASES, Phase
from matching.similarity import ContextSpace
from matching.weights import WeightKind
from service.cli.context import emit, json_option, open_context, progress_bar
from service.cli.documents import rounded, write_csv
from service.cli.options import as_of_option, choose_year, phase_option, system_option, weights_option
from service.errors import InvalidInput, NotFound
from service.models import School
from service.queries.results import indicators_of, results_of, years_of
from service.queries.schools import current_ownership, find_school
from service.snapshots.findings import PhaseFindings, phase_findings
from service.systems import SYSTEMS, system_of_test
from service.text import say


@click.group("schools")
def schools_group() -> None:
    """What is known about a school, and which schools are like it."""


@schools_group.command("show")
@click.argument("code")
@json_option
def show_school(code: str, as_json: bool) -> None:
    """Show a school with its published figures."""
    context = open_context()
    with context.database.reading() as session:
        school = find_school(session, code)
        document = school_document(school)
        document["results"] = [
            {
                "test": r.test,
                "year": r.year,
                "subject": r.subject,
                "score": r.score,
                "tested": r.tested,
                "absence": r.absence,
                "remark": r.remark,
                "share_standard": r.share_standard,
                "source": r.provenance.source,
                "file": r.provenance.file,
                "row": r.provenance.row,
            }
            for r in results_of(session, school)
        ]
        document["context"] |= {
            "years": [
                {
                    "test": y.test,
                    "year": y.year,
                    "ses_group": y.ses_group,
                    "owner_type": y.owner_type,
                    "rural": y.rural,
                }
                for y in years_of(session, school)
            ],
            "indicators": [
                {"kind": i.kind, "year": i.year, "value": i.value, "n": i.n, "absence": i.absence}
                for i in indicators_of(session, school)
            ],
        }
    emit(document, as_json)


@schools_group.command("similar")
@click.argument("code")
@click.option("-k", type=click.IntRange(1, 1000), default=20, show_default=True)
@as_of_option
@phase_option
@weights_option
@json_option
def similar_schools(
    code: str, k: int, as_of: int | None, phase: str | None, weights: str, as_json: bool
) -> None:
    """List the schools most like one, and what makes them alike."""
    context = open_context()
    with context.database.reading() as session:
        school = find_school(session, code)
        system = SYSTEMS[school.system]
        year = choose_year(session, system, as_of)
        chosen = Phase(phase) if phase else first_phase(school)
        with progress_bar("minga") as say_progress:
            say_progress("reading", 0.1)
            findings = phase_findings(session, system, chosen, year, areas=())
            say_progress("comparing", 0.6)
            space = space_of(findings, weights)
    row = int(space.context.rows(np.array([school.code]))[0])
    if row < 0:
        raise NotFound(
            say(
                "%(code)s no funciona hoy en el nivel %(phase)s: no hay con qué compararlo.",
                code=code,
                phase=chosen.value,
            ),
            code="not_compared",
        )
    found = nearest(space, k, rows=np.array([row]))
    document = {
        "school": f"{school.system}:{school.code}",
        "phase": chosen,
        "as_of": year,
        "weights": space.weights.as_dict()["values"],
        "weights_kind": space.weights.kind,
        "weights_version": space.weights.version,
        "similar": neighbour_documents(space, row, found.neighbours[0], found, system.code),
    }
    emit(document, as_json)


@click.command("similar")
@as_of_option
@click.option("-k", type=click.IntRange(1, 1000), default=20, show_default=True)
@click.option("--test", "test", default="4b", show_default=True)
@weights_option
@click.option("--csv", "path", required=True, help="File to write.")
@system_option
@json_option
def similar_command(
    as_of: int | None, k: int, test: str, weights: str, path: str, system: str | None, as_json: bool
) -> None:
    """Write the k most similar schools of every school."""
    context = open_context()
    chosen, phase = system_of_test(test)
    if system and system != chosen.code:
        raise InvalidInput(say("La prueba %(test)s no es del sistema %(system)s.", test=test, system=system))
    with context.database.reading() as session, progress_bar("minga") as say_progress:
        year = choose_year(session, chosen, as_of)
        say_progress("reading", 0.1)
        findings = phase_findings(session, chosen, phase, year, areas=())
        say_progress("comparing", 0.5)
        space = space_of(findings, weights)
        found = nearest(space, k)
    ids = space.context.ids

    def rows() -> Any:
        for line, (neighbours, distance, coverage) in enumerate(
            zip(found.neighbours.tolist(), found.distance.tolist(), found.coverage.tolist(), strict=True)
        ):
            for rank, neighbour in enumerate(neighbours, start=1):
                if neighbour >= 0:
                    yield (
                        int(ids[line]),
                        rank,
                        int(ids[neighbour]),
                        f"{distance[rank - 1]:.9g}",
                        f"{coverage[rank - 1]:.6g}",
                    )

    count = write_csv(path, ("code", "rank", "neighbour", "distance", "coverage"), rows())
    document = {
        "csv": path,
        "rows": count,
        "schools": int(ids.size),
        "as_of": year,
        "test": test,
        "weights": space.weights.as_dict()["values"],
        "weights_kind": space.weights.kind,
    }
    emit(document, as_json, f"{path}: {count} rows, {ids.size} schools, as of {year}.")


def space_of(findings: PhaseFindings, weights: str) -> ContextSpace:
    """The schools of a phase, to compare them.

    Raises
    ------
    NotFound
        No working school teaches the phase.
    """
    if not findings.profiles:
        raise NotFound(
            say(
                "No hay establecimientos de %(phase)s en funcionamiento que comparar.",
                phase=findings.phase.value,
            ),
            code="no_schools",
        )
    return findings.space(WeightKind(weights))


def school_document(school: School) -> dict[str, Any]:
    """Name, phases, owner and context of a school."""
    current = current_ownership(school)
    owner = None
    if current is not None:
        owner = {
            "type": current.owner_type,
            "kind": current.owner_type.kind,
            "code": current.owner.code if current.owner else None,
            "name": current.owner.name if current.owner else None,
            "service": current.service.name if current.service else None,
            "service_code": current.service.code if current.service else None,
        }
    return {
        "code": f"{school.system}:{school.code}",
        "name": school.name,
        "status": school.status,
        "phases": [level.phase for level in school.levels],
        "owner": owner,
        "results": [],
        "context": {
            "rural": school.rural,
            "commune": school.commune.code if school.commune else None,
            "commune_name": school.commune.name if school.commune else None,
            "region": school.commune.region_code if school.commune else None,
            "latitude": school.latitude,
            "longitude": school.longitude,
            "enrolment": school.enrolment,
            "directory_year": school.directory_year,
        },
    }


def first_phase(school: School) -> Phase:
    """The compared phase a school teaches, the lower one first; else its first."""
    phases = [level.phase for level in school.levels]
    compared = [phase for phase in COMPARED_PHASES if phase in phases]
    if compared:
        return compared[0]
    return phases[0] if phases else Phase.PRIMARY


def neighbour_documents(
    space: ContextSpace, row: int, neighbours: Any, found: Any, system: str
) -> list[dict[str, Any]]:
    """Each neighbour with what every feature adds to the squared distance."""
    kept = neighbours[neighbours >= 0]
    parts = space.contributions(np.full(kept.size, row), kept)
    features: tuple[Feature, ...] = space.context.features
    return [
        {
            "code": f"{system}:{int(space.context.ids[neighbour])}",
            "distance": rounded(found.distance[0][place], 9),
            "coverage": rounded(found.coverage[0][place], 9),
            "contributions": {
                feature.value: rounded(parts[number, place], 9)
                for number, feature in enumerate(features)
                if np.isfinite(parts[number, place])
            },
        }
        for place, neighbour in enumerate(kept)
    ]
