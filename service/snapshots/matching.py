"""Everything one run of the matching looks at, frozen: schools, needs, leaders, evidence, rules."""

from collections.abc import Callable, Mapping, Set
from dataclasses import asdict, dataclass, field, replace
from datetime import date
from typing import Any

from sqlalchemy.orm import Session

from matching.assignment import POLICIES
from matching.eligibility import Criteria, Eligibility
from matching.lottery import Lottery
from matching.need_evidence import NeedAssessment
from matching.need_rules import VALUE_ADDED, NeedRule, RuleKind, need_rule
from matching.preparation import prepare
from matching.presets import NLE, PRESETS, Preset
from matching.profiles import COMPARED_PHASES, LeaderProfile, NeedProfile, OwnerKind, Phase
from matching.rule_book import RuleBook
from matching.sides import Field
from matching.similarity import likeness_line
from matching.weights import WeightKind
from service.errors import InvalidInput
from service.permissions import Place
from service.queries.settings import setting_of
from service.queries.territories import Territory, parse_territory, school_codes_in
from service.snapshots.asking import ASKED_URGENCY, as_asked, asking_schools
from service.snapshots.findings import PhaseFindings, phase_findings
from service.snapshots.leaders import (
    StandingLeader,
    need_profile,
    schools_with_proposal,
    standing_leaders,
    stated_needs,
)
from service.snapshots.schools import SchoolRow, working_schools
from service.systems import System
from service.text import say

__all__ = ["POLICIES", "WAITED", "RunInputs", "RunOptions", "run_inputs"]

Say = Callable[[str, float], None]
WAITED = ("published", "previous", "none")
"""Which rounds count for those that were left without a leader: published ones, the run before too, none."""
ASSESSED_URGENCY = 2
"""Where results are missing and named people assessed a need (``design.md`` §3)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RunOptions:
    """What is chosen for a run; stored with it."""

    territory: str = "all"
    as_of: int
    rule: str = VALUE_ADDED.name
    rule_changes: Mapping[str, Any] = field(default_factory=dict)
    owners: str = "public"
    leaders: str = "designated"
    leaders_from: str = "all"
    preset: str = NLE.name
    preset_changes: Mapping[str, Any] = field(default_factory=dict)
    weights: str = WeightKind.LEARNED.value
    policy: str = "total"
    seed: int = 0
    change_price: float = 0.0
    waited: str = "published"
    lottery_seed: int | None = None
    lottery_width: float = 0.01
    extra_rules: Mapping[str, Any] = field(default_factory=dict)
    time_limit: float | None = None
    compare: bool = False
    incentives: int = 0
    recruiting: bool = False

    def to_dict(self) -> dict[str, Any]:
        """As it is stored."""
        return asdict(self)

    @property
    def exploratory(self) -> bool:
        """A run of suggested schools can never be published."""
        return self.leaders == "suggested"

    def rule_book(self) -> RuleBook:
        """The extra rules, with official numbers for schools and leaders.

        Raises
        ------
        InstanceError
            A rule is not valid; the sentence names the place.
        """
        return RuleBook.from_dict(_numbered(self.extra_rules))

    def lottery(self) -> Lottery | None:
        """The lottery among near-equals, if one is drawn."""
        return None if self.lottery_seed is None else Lottery(self.lottery_seed, self.lottery_width)

    def check(self) -> None:
        """Refuse what no policy can do at once.

        Raises
        ------
        InvalidInput, InstanceError
        """
        book, lottery = self.rule_book(), self.lottery()
        if book.beyond_flows and self.policy == "stable":
            raise InvalidInput(
                say(
                    "Con reglas adicionales puede no haber un reparto estable: elija otra forma de repartir, "
                    "o quite las reglas."
                ),
                code="policy",
            )
        if book.beyond_flows and lottery is not None:
            raise InvalidInput(
                say("Con reglas adicionales no se sortea entre casi iguales: quite una de las dos."),
                code="lottery",
            )

    def need_rule(self) -> NeedRule:
        """The rule, with what was changed for this run."""
        rule = need_rule(self.rule)
        return NeedRule.from_dict({**rule.to_dict(), **self.rule_changes}) if self.rule_changes else rule

    def rules(self, system: System) -> Preset:
        """The preset, with what the country and this run change."""
        if self.preset not in PRESETS:
            known = ", ".join(sorted(PRESETS))
            raise InvalidInput(
                say(
                    "El conjunto de reglas «%(name)s» no existe; hay %(known)s.",
                    name=self.preset,
                    known=known,
                ),
                code="preset",
            )
        stored = PRESETS[self.preset].as_dict()
        if system.same_owner_conflict:
            stored["same_owner_bars"] = True
        stored["min_gap"] = round(stored["min_gap"] * system.point, 9)
        stored |= dict(self.preset_changes)
        return Preset.from_dict(stored)


def _numbered(rules: Mapping[str, Any]) -> dict[str, Any]:
    """Rules whose schools and leaders are named ``cl:2001`` or ``2001``, by their official numbers."""
    found = dict(rules)
    if isinstance(found.get("minimum"), Mapping):
        found["minimum"] = {_number(name): least for name, least in found["minimum"].items()}
    if isinstance(found.get("together"), list):
        found["together"] = [
            {**entry, "schools": [_number(name) for name in entry["schools"]]}
            if isinstance(entry, Mapping) and isinstance(entry.get("schools"), list)
            else entry
            for entry in found["together"]
        ]
    return found


def _number(name: Any) -> Any:
    text = str(name).rpartition(":")[2]
    return int(text) if text.isdecimal() else name


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
    phases = _phases_asked(system, schools, inside, stated.keys() | asking.keys())
    for done, phase in enumerate(phases):
        tell(f"evidence_{phase.value}", 0.05 + 0.5 * done / len(phases))
        findings[phase] = phase_findings(
            session, system, phase, options.as_of, schools=schools, share_areas=areas
        )
    assessments = {phase: found.need(rule, found.codes) for phase, found in findings.items()}
    judged = _judged_phases(schools, stated, assessments)
    needs = {}
    for phase, found in findings.items():
        asked = _asked_about(found, inside, options.owners) - engaged
        by_judgement = {code for code in asked if judged.get(code) is phase}
        only_asking = {
            code for code in asked & asking.keys() if phase in _asking_phases(schools[code], phases)
        }
        made = _needs(system, found, assessments[phase], asked, stated, by_judgement, only_asking)
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
        not_asked=_not_asked(inside, engaged, options.owners, schools, needs, assessments),
    )


def _not_asked(
    inside: frozenset[int],
    engaged: set[int],
    owners: str,
    schools: Mapping[int, SchoolRow],
    needs: Mapping[Phase, tuple[NeedProfile, ...]],
    assessments: Mapping[Phase, NeedAssessment],
) -> dict[int, str]:
    """Why the run asks nothing for the other schools of the territory."""
    asked = {need.school for profiles in needs.values() for need in profiles}
    unknown = {code: why.value for found in assessments.values() for code, why in found.cannot_assess}
    known = {code for found in assessments.values() for code in found.not_in_need}
    reasons = {}
    for code in sorted(inside - asked):
        if code in engaged:
            reasons[code] = "has_proposal"
        elif owners != "all" and schools[code].owner_kind is not OwnerKind.PUBLIC:
            reasons[code] = "not_public"
        elif code in known:
            reasons[code] = "not_in_need"
        else:
            reasons[code] = unknown.get(code, "no_results")
    return reasons


def _phases_asked(
    system: System,
    schools: Mapping[int, SchoolRow],
    inside: frozenset[int],
    named: Set[int],
) -> list[Phase]:
    """The compared phases, and others in which a school of the territory states a need or asks."""
    wanted = {phase for phase in COMPARED_PHASES if phase in system.tests}
    for code in inside & named:
        if not wanted.intersection(schools[code].phases):
            wanted.update(schools[code].phases[:1])
    return [phase for phase in Phase if phase in wanted]


def _asked_about(found: PhaseFindings, inside: frozenset[int], owners: str) -> set[int]:
    return {
        profile.id
        for profile in found.profiles
        if profile.id in inside and (owners == "all" or profile.owner_kind is OwnerKind.PUBLIC)
    }


def _asking_phases(school: SchoolRow, phases: list[Phase]) -> list[Phase]:
    """The phases in which a school that only asks is looked at: the compared ones, else its first."""
    compared = [phase for phase in COMPARED_PHASES if phase in school.phases and phase in phases]
    return compared or list(school.phases[:1])


def _with_decline_months(
    session: Session, options: RunOptions, preset: Preset, territory: Territory
) -> Preset:
    """The preset with the programme's own time for which a declined pair is barred."""
    if "decline_months" in options.preset_changes:
        return preset
    place = Place(service_id=territory.service_id, owner_id=territory.owner_id)
    return replace(preset, decline_months=int(setting_of(session, "decline_bars_months", place)))


def _judged_phases(
    schools: Mapping[int, SchoolRow],
    stated: Mapping[int, Mapping[Any, int]],
    assessments: Mapping[Phase, NeedAssessment],
) -> dict[int, Phase]:
    """The phase in which each school is asked for on the judgement of people.

    Only schools with a stated need of which results say nothing in any phase: what results say
    comes first. It is their compared phase where they teach one, else their first.
    """
    answered: set[int] = set()
    for found in assessments.values():
        answered |= found.schools_in_need() | set(found.not_in_need)
    judged = {}
    for code in stated.keys() & schools.keys() - answered:
        phases = schools[code].phases
        compared = [phase for phase in COMPARED_PHASES if phase in phases and phase in assessments]
        if compared or phases:
            judged[code] = compared[0] if compared else phases[0]
    return judged


def _needs(
    system: System,
    found: PhaseFindings,
    assessment: NeedAssessment,
    asked: set[int],
    stated: Mapping[int, Mapping[Any, int]],
    by_judgement: set[int],
    only_asking: set[int],
) -> tuple[NeedProfile, ...]:
    """Schools in need by the rule, those without results whose need people assessed, and who only asks.

    A school that also teaches a compared phase is asked for there only, so that one with results
    is never judged by assessment in another phase.
    """
    urgency = dict.fromkeys(only_asking, ASKED_URGENCY)
    urgency |= {one.school: one.urgency for one in assessment.in_need if one.school in asked}
    urgency |= dict.fromkeys(by_judgement, ASSESSED_URGENCY)
    return tuple(
        need_profile(system, code, found.phase, level, stated.get(code, {}))
        for code, level in sorted(urgency.items())
    )


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
        codes = _asked_about(found, frozenset(everywhere), options.owners)
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
