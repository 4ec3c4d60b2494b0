"""Commands about value added, need, and who could lead."""

from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import click
from sqlalchemy.orm import Session

from matching.eligibility import Criteria
from matching.need_rules import NEED_RULES, VALUE_ADDED, RuleKind, need_rule
from matching.profiles import OwnerKind, Phase
from matching.residuals import Area
from service.cli.context import emit, json_option, open_context, progress_bar
from service.cli.documents import (
    criteria_document,
    eligibility_document,
    evidence_document,
    rounded,
    write_csv,
)
from service.cli.options import (
    as_of_option,
    choose_system,
    choose_year,
    chosen_phases,
    owners_option,
    phase_option,
    system_option,
    territory_option,
)
from service.queries.territories import Territory, parse_territory, school_codes_in
from service.snapshots.findings import PhaseFindings, phase_findings
from service.snapshots.schools import working_schools
from service.systems import System, system_of_test


@click.command("value-added")
@as_of_option
@click.option("--test", "test", default="4b", show_default=True)
@click.option("--csv", "path", help="File to write.")
@click.option("--residuals", is_flag=True, help="One row a school-year instead of one a school.")
@json_option
def value_added_command(
    as_of: int | None, test: str, path: str | None, residuals: bool, as_json: bool
) -> None:
    """Tell each school's value added in points of the test, with its interval."""
    context = open_context()
    system, phase = system_of_test(test)
    with context.database.reading() as session, progress_bar("minga") as say_progress:
        year = choose_year(session, system, as_of)
        say_progress("reading", 0.1)
        findings = phase_findings(session, system, phase, year, areas=() if residuals else (Area.BOTH,))
    header, rows = _residual_rows(findings) if residuals else _estimate_rows(findings)
    document: dict[str, Any] = {"test": test, "as_of": year, "rows": len(rows), "csv": path}
    if Area.BOTH in findings.added:
        document["parameters"] = findings.added[Area.BOTH].parameters.to_dict()
    if not rows and findings.not_estimated:
        document["reason"] = findings.not_estimated
        click.echo(f"minga: {findings.not_estimated}", err=True)
    if path is None:
        document["schools"] = [dict(zip(header, row, strict=True)) for row in rows]
        emit(document, as_json)
        return
    write_csv(path, header, rows)
    emit(document, as_json, f"{path}: {len(rows)} rows, {test} as of {year}.")


@click.group("need", invoke_without_command=True)
@click.option("--rule", "rule_name", default=VALUE_ADDED.name, show_default=True)
@as_of_option
@territory_option
@phase_option
@click.option("--owners", type=click.Choice(["public", "all"]), default="all", show_default=True)
@system_option
@json_option
@click.pass_context
def need_group(
    ctx: click.Context,
    rule_name: str,
    as_of: int | None,
    territory: str,
    phase: str | None,
    owners: str,
    system: str | None,
    as_json: bool,
) -> None:
    """Tell which schools need support by a rule, and which cannot be assessed."""
    if ctx.invoked_subcommand is not None:
        return
    rule = need_rule(rule_name)
    in_need: list[dict[str, Any]] = []
    unknown: list[dict[str, Any]] = []
    with asked(territory, system, as_of) as question:
        for chosen in chosen_phases(phase):
            shares = (rule.area,) if rule.kind is RuleKind.SHARE else ()
            findings = question.findings(chosen, () if shares else (rule.area,), shares)
            codes = owned(findings, question.codes, owners)
            answer = findings.need(rule, codes)
            kinds = {profile.id: profile.owner_kind for profile in findings.profiles}
            in_need += [
                {
                    "code": f"{question.system.code}:{found.school}",
                    "phase": chosen,
                    "urgency": found.urgency,
                    "owner_kind": kinds[found.school],
                    "evidence": [evidence_document(piece) for piece in found.evidence],
                }
                for found in answer.in_need
            ]
            unknown += [
                {"code": f"{question.system.code}:{code}", "phase": chosen, "reason": reason}
                for code, reason in answer.cannot_assess
            ]
        document = {
            "rule": rule.to_dict(),
            "as_of": question.year,
            "territory": question.territory.text,
            "in_need": sorted(in_need, key=lambda found: (found["urgency"], found["code"], found["phase"])),
            "cannot_assess": unknown,
        }
    emit(document, as_json)


@need_group.command("rules")
@json_option
def need_rules_command(as_json: bool) -> None:
    """List the need rules that come with Minga, with their numbers and sources."""
    emit({"default": VALUE_ADDED.name, "rules": [rule.to_dict() for rule in NEED_RULES.values()]}, as_json)


@click.group("leaders")
def leaders_group() -> None:
    """Who could support others."""


@leaders_group.command("suggest")
@as_of_option
@territory_option
@phase_option
@owners_option
@system_option
@json_option
def suggest_command(
    as_of: int | None, territory: str, phase: str | None, owners: str, system: str | None, as_json: bool
) -> None:
    """List the schools that meet the measurable criteria of leadership."""
    criteria = Criteria()
    suggested: list[dict[str, Any]] = []
    with asked(territory, system, as_of) as question:
        for chosen in chosen_phases(phase):
            findings = question.findings(chosen, (Area.BOTH,))
            for judged in findings.could_lead(owned(findings, question.codes, owners), criteria):
                if judged.refused_by is None:
                    suggested.append({**eligibility_document(judged, question.system.code), "phase": chosen})
        document = {
            "criteria": criteria_document(criteria),
            "as_of": question.year,
            "territory": question.territory.text,
            "suggested": suggested,
        }
    emit(document, as_json)


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """A territory as of a year, with a way to the findings of its phases."""

    system: System
    territory: Territory
    year: int
    codes: frozenset[int]
    findings: Callable[..., PhaseFindings]


@contextmanager
def asked(territory: str, system: str | None, as_of: int | None) -> Iterator[Question]:
    """Open the database and read what the options ask for."""
    context = open_context()
    with context.database.reading() as session, progress_bar("minga") as say_progress:
        place = parse_territory(session, territory)
        chosen = choose_system(session, system, place.system)
        year = choose_year(session, chosen, as_of)
        schools = working_schools(session, chosen)

        def findings(
            phase: Phase, areas: Collection[Area], share_areas: Collection[Area] = ()
        ) -> PhaseFindings:
            say_progress(phase.value, 0.3)
            return phase_findings(
                session, chosen, phase, year, schools=schools, areas=areas, share_areas=share_areas
            )

        yield Question(
            system=chosen,
            territory=place,
            year=year,
            codes=_codes(session, place, chosen),
            findings=findings,
        )


def owned(findings: PhaseFindings, codes: frozenset[int], owners: str) -> list[int]:
    """Schools of the phase among those asked about, publicly owned unless all are wanted."""
    return [
        profile.id
        for profile in findings.profiles
        if profile.id in codes and (owners == "all" or profile.owner_kind is OwnerKind.PUBLIC)
    ]


def _codes(session: Session, territory: Territory, system: System) -> frozenset[int]:
    return frozenset(school_codes_in(session, territory, system.code))


def _estimate_rows(findings: PhaseFindings) -> tuple[tuple[str, ...], list[tuple[Any, ...]]]:
    header = ("code", "estimate", "standard_error", "lower", "upper", "years", "tested")
    added = findings.added.get(Area.BOTH)
    if added is None:
        return header, []
    columns = [
        added.school,
        added.estimate,
        added.standard_error,
        added.lower,
        added.upper,
        added.years,
        added.tested,
    ]
    return header, [
        (code, rounded(estimate), rounded(error), rounded(lower), rounded(upper), years, rounded(tested, 2))
        for code, estimate, error, lower, upper, years, tested in zip(
            *(column.tolist() for column in columns), strict=True
        )
    ]


def _residual_rows(findings: PhaseFindings) -> tuple[tuple[str, ...], list[tuple[Any, ...]]]:
    header = ("code", "year", "residual", "tested")
    found = findings.found
    if found is None:
        return header, []
    columns = (found.school, found.year, found.both, found.tested)
    return header, [
        (code, year, rounded(residual), rounded(tested, 2))
        for code, year, residual, tested in zip(*(c.tolist() for c in columns), strict=True)
    ]
