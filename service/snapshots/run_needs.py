"""Which schools a run asks for, in which phase and how urgently, and why it does not ask for the others."""

from collections.abc import Mapping, Set
from typing import Any

from matching.need_evidence import NeedAssessment
from matching.profiles import COMPARED_PHASES, NeedProfile, OwnerKind, Phase
from service.snapshots.asking import ASKED_URGENCY
from service.snapshots.findings import PhaseFindings
from service.snapshots.leaders import (
    need_profile,
)
from service.snapshots.schools import SchoolRow
from service.systems import System

ASSESSED_URGENCY = 2
"""Where results are missing and named people assessed a need (``design.md`` §3)."""


def not_asked(
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


def phases_asked(
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


def asked_about(found: PhaseFindings, inside: frozenset[int], owners: str) -> set[int]:
    """The schools of the territory, by number, that this kind of owner leaves to be asked about."""
    return {
        profile.id
        for profile in found.profiles
        if profile.id in inside and (owners == "all" or profile.owner_kind is OwnerKind.PUBLIC)
    }


def asking_phases(school: SchoolRow, phases: list[Phase]) -> list[Phase]:
    """The phases in which a school that only asks is looked at: the compared ones, else its first."""
    compared = [phase for phase in COMPARED_PHASES if phase in school.phases and phase in phases]
    return compared or list(school.phases[:1])


def judged_phases(
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


def needs_of(
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
