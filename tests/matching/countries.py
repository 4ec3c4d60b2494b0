"""Made-up countries for tests: a hand-made pair that is allowed, and random ones by seed."""

from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from matching.elements import Element
from matching.features import context_matrix
from matching.phase_evidence import PhaseEvidence
from matching.preparation import prepare
from matching.presets import NLE, Preset
from matching.profiles import LeaderProfile, NeedProfile, OwnerKind, Phase, SchoolProfile
from matching.sides import Field
from matching.similarity import ContextSpace
from matching.weights import EQUAL, ContextWeights


@dataclass
class Country:
    """The inputs of a matching in one phase, before they become columns."""

    profiles: list[SchoolProfile]
    needs: list[NeedProfile]
    leaders: list[LeaderProfile]
    evidence: PhaseEvidence
    weights: ContextWeights = EQUAL
    preset: Preset = NLE
    like_within: float = 1.5
    options: dict[str, Any] = field(default_factory=dict)

    def space(self) -> ContextSpace:
        return ContextSpace(context=context_matrix(self.profiles), weights=self.weights)

    def prepared(self) -> Field:
        return prepare(
            self.profiles,
            self.needs,
            self.leaders,
            self.evidence,
            self.space(),
            self.preset,
            like_within=self.like_within,
            **self.options,
        )


def school(number: int, **changes: Any) -> SchoolProfile:
    """An urban public primary school; everything about it is known."""
    known: dict[str, Any] = {
        "phase": Phase.PRIMARY, "phases": (Phase.PRIMARY,), "owner": f"owner {number}",
        "owner_kind": OwnerKind.PUBLIC, "region": "5", "commune": "5101", "rural": False,
        "latitude": -33.0, "longitude": -71.0 + number / 100, "ses_group": 2.0,
        "vulnerability_share": 0.8, "cohort_size": 30.0, "enrolment": 250, "special_needs_share": 0.0,
    }  # fmt: skip
    return SchoolProfile(id=number, **{**known, **changes})


def evidence_of(levels: dict[int, tuple[float, float, int]], **flags: set[int]) -> PhaseEvidence:
    """Level, SD and recent tests by school, the same in every area."""
    ids = np.array(sorted(levels), dtype=np.int64)
    figures = np.array([levels[int(number)] for number in ids]).reshape(-1, 3)
    by_area = np.repeat(figures[:, None, :], 3, axis=1)
    return PhaseEvidence(
        phase=Phase.PRIMARY,
        ids=ids,
        level=by_area[:, :, 0].copy(),
        level_sd=by_area[:, :, 1].copy(),
        recent_tests=by_area[:, :, 2].astype(np.int64),
        first_year=np.full(ids.size, 2018),
        in_need=np.isin(ids, list(flags.get("in_need", ()))),
        in_need_by_value_added=np.isin(ids, list(flags.get("by_value_added", ()))),
        falling=np.isin(ids, list(flags.get("falling", ()))),
    )


def allowed_country() -> Country:
    """School 1 in need, leader 90 of school 2 nearby: every rule holds."""
    others = [school(number, ses_group=1.0 + number % 5, cohort_size=10.0 * number) for number in range(3, 9)]
    return Country(
        profiles=[school(1), school(2, longitude=-70.8), *others],
        needs=[NeedProfile(school=1, phase=Phase.PRIMARY, urgency=2)],
        leaders=[LeaderProfile(id=90, school=2, years_in_post=5.0, consents=True)],
        evidence=evidence_of({1: (-10.0, 6.0, 3), 2: (15.0, 6.0, 3)}, by_value_added={1}),
    )


def changed(profile: Any, **changes: Any) -> Any:
    return replace(profile, **changes)


def random_country(seed: int, schools: int = 60) -> Country:
    """A small country where every rule has something to refuse."""
    draw = np.random.default_rng(seed)

    def maybe(value: Any, share: float = 0.85) -> Any:
        return value if draw.random() < share else None

    profiles = []
    for number in range(1, schools + 1):
        placed = draw.random() < 0.9
        profiles.append(
            school(
                number,
                phases=(Phase.PRIMARY, Phase.SECONDARY) if draw.random() < 0.3 else (Phase.PRIMARY,),
                owner=maybe(f"owner {draw.integers(6)}"),
                owner_kind=maybe(OwnerKind.PUBLIC if draw.random() < 0.7 else OwnerKind.SUBSIDISED),
                region=str(draw.integers(3)),
                commune=str(draw.integers(8)),
                rural=maybe(bool(draw.random() < 0.4)),
                latitude=float(-33 + draw.normal(0, 0.3)) if placed else None,
                longitude=float(-71 + draw.normal(0, 0.3)) if placed else None,
                place_estimated=placed and draw.random() < 0.1,
                ses_group=maybe(float(draw.integers(2, 9) / 2)),
                vulnerability_share=maybe(float(draw.random())),
                cohort_size=maybe(float(draw.integers(4, 90))),
                special_needs_share=maybe(float(draw.integers(2) / 5)),
            )
        )
    numbers = draw.permutation(np.arange(1, schools + 1))
    in_need = sorted(int(number) for number in numbers[: schools // 2])
    levels = {}
    for number in range(1, schools + 1):
        middle = -10.0 if number in in_need else 18.0
        known = draw.random() < 0.85
        level = float(np.round(2 * draw.normal(middle, 8)) / 2) if known else float("nan")
        levels[number] = (level, float(draw.uniform(3, 9)), int(draw.choice([1, 2, 3], p=[0.1, 0.3, 0.6])))
    flags = {name: {int(draw.integers(1, schools + 1))} for name in ("in_need", "by_value_added", "falling")}
    elements = list(Element)

    def stated(share: float) -> dict[Element, int]:
        return {element: int(draw.integers(1, 5)) for element in elements if draw.random() < share}

    def some() -> frozenset[int]:
        return frozenset(int(number) for number in draw.choice(numbers, 2))

    needs = [
        NeedProfile(
            school=number,
            phase=Phase.PRIMARY,
            urgency=int(draw.integers(1, 4)),
            areas=(Element.READING,) if draw.random() < 0.3 else (),
            needs=stated(0.15),
            online=bool(draw.random() < 0.4),
            languages=frozenset({"es"}) if draw.random() < 0.9 else frozenset({"arn"}),
            excluded=some(),
        )
        for number in in_need
    ]
    leaders = [
        LeaderProfile(
            id=1000 - int(number),
            school=int(number) if draw.random() < 0.97 else 5000,
            designated=bool(draw.random() < 0.95),
            active=bool(draw.random() < 0.95),
            years_in_post=maybe(float(draw.integers(2, 12)), 0.95),
            consents=bool(draw.random() < 0.95),
            capacity=int(draw.integers(0, 12) > 0),
            online=bool(draw.random() < 0.4),
            max_km=maybe(float(draw.integers(10, 90)), 0.3),
            strengths=stated(0.5),
            worked_rural=bool(draw.random() < 0.5),
            worked_urban=bool(draw.random() < 0.5),
            conflicts=some(),
            declined=some(),
            complaint_open=bool(draw.random() < 0.05),
        )
        for number in numbers[schools // 2 - 3 :]
    ]
    minutes = {
        (int(a), int(b)): float(draw.uniform(20, 160))
        for a, b in zip(draw.choice(numbers, 40), draw.choice(numbers, 40), strict=True)
        if draw.random() < 0.5 * (seed % 2)
    }
    return Country(
        profiles=profiles,
        needs=needs,
        leaders=leaders,
        evidence=evidence_of(levels, **flags),
        preset=replace(NLE, max_km=float(draw.choice([0.0, 15.0, 40.0])), same_owner_bars=seed % 5 == 0),
        like_within=float(draw.uniform(0.8, 2.0)),
        options={
            "partnered": {in_need[0]},
            "exploratory": seed % 3 == 0,
            "travel_minutes": minutes,
            "worked_together": {(int(number), 1000 - int(numbers[-1])) for number in in_need[:4]},
        },
    )
