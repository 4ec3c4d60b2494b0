"""Everything one run of the matching looks at, frozen: schools, needs, leaders, evidence, rules."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date

from sqlalchemy.orm import Session

from matching.eligibility import Criteria, Eligibility
from matching.need_evidence import NeedAssessment
from matching.need_rules import NeedRule, RuleKind
from matching.preparation import prepare
from matching.presets import Preset
from matching.profiles import LeaderProfile, NeedProfile, Phase
from matching.sides import Field
from matching.similarity import likeness_line
from matching.weights import WeightKind
from service.permissions import Place
from service.queries.settings import setting_of
from service.queries.territories import Territory, parse_territory, school_codes_in
from service.snapshots.asking import as_asked, asking_schools
from service.snapshots.findings import PhaseFindings, phase_findings
from service.snapshots.leaders import (
    StandingLeader,
    schools_with_proposal,
    standing_leaders,
    stated_needs,
)
from service.snapshots.run_needs import (
    asked_about,
    asking_phases,
    judged_phases,
    needs_of,
    not_asked,
    phases_asked,
)
from service.snapshots.run_options import RunOptions
from service.snapshots.schools import SchoolRow, working_schools
from service.systems import System

Say = Callable[[str, float], None]


@dataclass(frozen=True, kw_only=True, eq=False)
class RunInputs:
    """The inputs of one run."""

    system: System
    territory: str
    territory_name: str
    options: RunOptions
    rule: NeedRule
    preset: Preset
    schools: Mapping[int, SchoolRow]
    findings: Mapping[Phase, PhaseFindings]
    needs: Mapping[Phase, tuple[NeedProfile, ...]]
    assessments: Mapping[Phase, NeedAssessment]
    standing: Mapping[int, StandingLeader]
    leaders: tuple[LeaderProfile, ...]
    eligibility: Mapping[Phase, tuple[Eligibility, ...]]
    fields: Mapping[Phase, Field]
    asked_by_assessment: frozenset[int]
    not_asked: Mapping[int, str]

    @property
    def criteria(self) -> Criteria:
        """The measurable criteria of leadership."""
        return Criteria()

    @property
    def urgency(self) -> dict[int, int]:
        """The smallest urgency of each school over its phases."""
        smallest: dict[int, int] = {}
        for profiles in self.needs.values():
            for need in profiles:
                smallest[need.school] = min(need.urgency, smallest.get(need.school, need.urgency))
        return smallest


def run_inputs(
    session: Session, system: System, options: RunOptions, today: date, say: Say | None = None
) -> RunInputs:
    """Read and compute what a run looks at.

    Raises
    ------
    InvalidInput, NotFound
        The territory, rule or preset is not known.
    """
    tell = say or (lambda _step, _done: None)
    rule, preset = options.need_rule(), options.rules(system)
    territory = parse_territory(session, options.territory)
    tell("schools", 0.02)
    schools = working_schools(session, system)
    inside = frozenset(school_codes_in(session, territory, system.code)) & schools.keys()
    stated = stated_needs(session, system, today)
    asking = asking_schools(session, system)
    preset = _with_decline_months(session, options, preset, territory)
    standing = standing_leaders(session, system, schools, today, decline_months=preset.decline_months)
    engaged = schools_with_proposal(session, system)
    findings: dict[Phase, PhaseFindings] = {}
    areas = (rule.area,) if rule.kind is RuleKind.SHARE else ()
    phases = phases_asked(system, schools, inside, stated.keys() | asking.keys())
    for done, phase in enumerate(phases):
        tell(f"evidence_{phase.value}", 0.05 + 0.5 * done / len(phases))
        findings[phase] = phase_findings(
            session, system, phase, options.as_of, schools=schools, share_areas=areas
        )
    assessments = {phase: found.need(rule, found.codes) for phase, found in findings.items()}
    judged = judged_phases(schools, stated, assessments)
    needs = {}
    for phase, found in findings.items():
        asked = asked_about(found, inside, options.owners) - engaged
        by_judgement = {code for code in asked if judged.get(code) is phase}
        only_asking = {
            code for code in asked & asking.keys() if phase in asking_phases(schools[code], phases)
        }
        made = needs_of(system, found, assessments[phase], asked, stated, by_judgement, only_asking)
        needs[phase] = tuple(as_asked(need, asking.get(need.school), schools, standing) for need in made)
    by_assessment = {
        need.school for phase, asking in needs.items() for need in asking if judged.get(need.school) is phase
    }
    tell("leaders", 0.6)
    if options.exploratory:
        leaders, eligibility = _suggested(system, options, preset, findings, assessments, standing, inside)
    else:
        leaders = tuple(
            one.profile
            for code, one in sorted(standing.items())
            if code in schools and (options.leaders_from == "all" or code in inside)
        )
        eligibility = {}
    fields = {
        phase: _field(findings[phase], needs[phase], leaders, assessments[phase], preset, options)
        for phase in findings
        if needs[phase]
    }
    return RunInputs(
        system=system,
        territory=territory.text,
        territory_name=territory.name,
        options=options,
        rule=rule,
        preset=preset,
        schools=schools,
        findings=findings,
        needs=needs,
        assessments=assessments,
        standing=standing,
        leaders=leaders,
        eligibility=eligibility,
        fields=fields,
        asked_by_assessment=frozenset(by_assessment),
        not_asked=not_asked(inside, engaged, options.owners, schools, needs, assessments),
    )


def _with_decline_months(
    session: Session, options: RunOptions, preset: Preset, territory: Territory
) -> Preset:
    """The preset with the programme's own time for which a declined pair is barred."""
    if "decline_months" in options.preset_changes:
        return preset
    place = Place(service_id=territory.service_id, owner_id=territory.owner_id)
    return replace(preset, decline_months=int(setting_of(session, "decline_bars_months", place)))


def _suggested(
    system: System,
    options: RunOptions,
    preset: Preset,
    findings: Mapping[Phase, PhaseFindings],
    assessments: Mapping[Phase, NeedAssessment],
    standing: Mapping[int, StandingLeader],
    inside: frozenset[int],
) -> tuple[tuple[LeaderProfile, ...], dict[Phase, tuple[Eligibility, ...]]]:
    """Schools that meet the measurable criteria in some phase, each a leader to approach."""
    criteria = Criteria()
    suggested: set[int] = set()
    eligibility = {}
    for phase, found in findings.items():
        everywhere = found.codes if options.leaders_from == "all" else inside
        codes = asked_about(found, frozenset(everywhere), options.owners)
        judged = found.could_lead(codes, criteria, assessments[phase])
        eligibility[phase] = judged
        suggested.update(one.school for one in judged if one.refused_by is None)
    leaders = tuple(
        LeaderProfile(
            id=code,
            school=code,
            designated=False,
            capacity=preset.suggested_capacity,
            strengths=standing[code].profile.strengths if code in standing else {},
            languages=frozenset({system.language}),
        )
        for code in sorted(suggested)
    )
    return leaders, eligibility


def _field(
    found: PhaseFindings,
    needs: tuple[NeedProfile, ...],
    leaders: tuple[LeaderProfile, ...],
    assessment: NeedAssessment,
    preset: Preset,
    options: RunOptions,
) -> Field:
    space = found.space(WeightKind(options.weights))
    line = likeness_line(space, preset.like_percentile, preset.like_pairs, options.seed)
    return prepare(
        found.profiles,
        needs,
        leaders,
        found.evidence(assessment),
        space,
        preset,
        like_within=line,
        exploratory=options.exploratory,
    )
