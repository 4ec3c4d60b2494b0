"""What the published results say of a phase: value added, need, and who could lead."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
from sqlalchemy.orm import Session

from matching.eligibility import Criteria, Eligibility, barred_schools, suggest_leaders
from matching.errors import EvidenceError
from matching.features import ContextMatrix, context_matrix
from matching.need import assess_levels
from matching.need_evidence import CannotAssess, NeedAssessment
from matching.need_rules import VALUE_ADDED, NeedRule, RuleKind
from matching.phase_evidence import PhaseEvidence
from matching.profiles import Phase, SchoolProfile
from matching.published_need import SharePanel, assess_shares
from matching.residuals import Area, Residuals, TestPanel, residuals
from matching.similarity import ContextSpace
from matching.value_added import ValueAdded, value_added
from matching.weights import EQUAL, EXPERT, ContextWeights, WeightKind, learn_weights
from service.snapshots.results import YearContext, share_panel, test_panel
from service.snapshots.schools import SchoolRow, phase_profiles, working_schools
from service.systems import System
from service.text import say


@dataclass(frozen=True, kw_only=True, eq=False)
class PhaseFindings:
    """One phase of a system as of a year: inputs, and what was computed from them.

    ``found`` and ``added`` are empty where the phase has no test or no school has a result;
    ``not_estimated`` says in a sentence why there is no value added.
    """

    system: System
    phase: Phase
    as_of: int
    test: str | None
    schools: Mapping[int, SchoolRow]
    profiles: tuple[SchoolProfile, ...]
    panel: TestPanel | None
    year_context: YearContext | None
    found: Residuals | None
    added: Mapping[Area, ValueAdded]
    shares: Mapping[Area, SharePanel] = field(default_factory=dict)
    not_estimated: str | None = None

    @cached_property
    def codes(self) -> frozenset[int]:
        """Numbers of the working schools of the phase."""
        return frozenset(profile.id for profile in self.profiles)

    @cached_property
    def context(self) -> ContextMatrix:
        """Their context on one scale."""
        return context_matrix(self.profiles)

    @cached_property
    def default_need(self) -> NeedAssessment:
        """The default rule over all of them."""
        return self.need(VALUE_ADDED, self.codes)

    @cached_property
    def falling(self) -> frozenset[int]:
        """Schools below their own level of three years before, by the default rule's line."""
        added = self.added.get(Area.BOTH)
        line = VALUE_ADDED.falling_probability
        if added is None or line is None:
            return frozenset()
        return frozenset(added.school[added.falling() >= line].tolist())

    def need(self, rule: NeedRule, codes: Collection[int]) -> NeedAssessment:
        """Apply a rule to some schools; without any result, none can be assessed."""
        asked = self.codes.intersection(codes)
        if rule.kind is RuleKind.SHARE and rule.area in self.shares:
            return assess_shares(rule, self.shares[rule.area], self.as_of, asked)
        if self.found is None or rule.area not in self.added:
            seen = frozenset() if self.found is None else frozenset(self.found.school.tolist())
            reasons = tuple(
                (code, CannotAssess.TOO_FEW_TESTS if code in seen else CannotAssess.NO_RESULTS)
                for code in sorted(asked)
            )
            return NeedAssessment(
                rule=rule, as_of=self.as_of, in_need=(), not_in_need=(), cannot_assess=reasons
            )
        return assess_levels(rule, self.added[rule.area], self.found, asked)

    def evidence(self, rule_need: NeedAssessment | None = None) -> PhaseEvidence:
        """Bring everything to the one table that the rules of matching read."""
        return PhaseEvidence.collect(
            self.phase,
            self.codes,
            self.added,
            in_need=() if rule_need is None else barred_schools([rule_need]),
            in_need_by_value_added=self.default_need.schools_in_need(),
            falling=self.falling,
        )

    def could_lead(
        self, codes: Collection[int], criteria: Criteria, rule_need: NeedAssessment | None = None
    ) -> tuple[Eligibility, ...]:
        """Hold schools against the measurable criteria of leadership."""
        if Area.BOTH not in self.added:
            return ()
        needs = [self.default_need] + ([] if rule_need is None else [rule_need])
        asked = sorted(self.codes.intersection(codes))
        return suggest_leaders(criteria, asked, self.added[Area.BOTH], barred_schools(needs))

    def space(self, kind: WeightKind) -> ContextSpace:
        """The schools with weights of a kind; learned ones rest on results up to the year only."""
        return ContextSpace(context=self.context, weights=self.weights(kind))

    def weights(self, kind: WeightKind) -> ContextWeights:
        """Weights of a kind; where there is nothing to learn from, the expert ones."""
        if kind is WeightKind.EQUAL:
            return EQUAL
        if kind is WeightKind.EXPERT or self.panel is None:
            return EXPERT
        results = self._latest_scores()
        if np.isfinite(results).sum() < MINIMUM_TO_LEARN:
            return EXPERT
        return learn_weights(self.context, results)

    def _latest_scores(self) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
        """Mean of both subjects in the last test, for schools with enough pupils tested."""
        panel = self.panel
        scores = np.full(self.context.ids.size, np.nan)
        if panel is None or not panel.year.size:
            return scores
        both = (panel.reading + panel.mathematics) / 2
        use = (panel.year == panel.year.max()) & (panel.tested >= TESTED_TO_LEARN) & np.isfinite(both)
        rows = self.context.rows(panel.school[use])
        scores[rows[rows >= 0]] = both[use][rows >= 0]
        return scores


MINIMUM_TO_LEARN = 100
"""Schools with a result below which learned weights would follow chance."""
TESTED_TO_LEARN = 10
"""Pupils tested for a school's mean to teach the weights."""


def phase_findings(
    session: Session,
    system: System,
    phase: Phase,
    as_of: int,
    *,
    schools: Mapping[int, SchoolRow] | None = None,
    areas: Collection[Area] = tuple(Area),
    share_areas: Collection[Area] = (),
) -> PhaseFindings:
    """Read one phase and compute what its results say.

    Value added is computed for ``areas`` only; the default rule of need and the criteria of
    leadership read that of both subjects together.
    """
    rows = dict(schools) if schools is not None else working_schools(session, system)
    test = system.tests.get(phase)
    panel = context = found = None
    added: dict[Area, ValueAdded] = {}
    missing: str | None = say("En el nivel %(phase)s no hay prueba que comparar.", phase=phase.value)
    if test is not None:
        panel, context = test_panel(session, system, test, as_of)
        found, added, missing = _value_added(panel, test, as_of, areas)
    return PhaseFindings(
        system=system,
        phase=phase,
        as_of=as_of,
        test=test,
        schools=rows,
        profiles=tuple(phase_profiles(session, system, phase, as_of, rows, context)),
        panel=panel,
        year_context=context,
        found=found,
        added=added,
        shares={
            area: share_panel(session, system, test, area, as_of) for area in share_areas if test is not None
        },
        not_estimated=missing,
    )


def _value_added(
    panel: TestPanel, test: str, as_of: int, areas: Collection[Area]
) -> tuple[Residuals | None, dict[Area, ValueAdded], str | None]:
    """Value added by area; empty, with the reason, where no year has enough schools to compare."""
    nothing = say(
        "Ningún establecimiento tiene resultados de %(test)s hasta %(year)s.", test=test, year=as_of
    )
    if not panel.school.size:
        return None, {}, nothing
    found = residuals(panel)
    if not found.school.size:
        return found, {}, nothing
    added: dict[Area, ValueAdded] = {}
    for area in [one for one in Area if one in areas]:
        try:
            added[area] = value_added(found, as_of, area=area)
        except EvidenceError as error:
            sentence = say(
                "El valor agregado de %(test)s a %(year)s no se puede estimar: hacen falta al menos dos años "
                "con resultados (%(reason)s).",
                test=test,
                year=as_of,
                reason=error,
            )
            return found, {}, sentence
    return found, added, None
