"""The laws of the demo country: every number that decides what is true in it.

The reason and the source of each stand in ``docs/decisions/0001-demo-country-laws.md``.
"""

from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Literal

Grade = Literal["4b", "2m"]
Subject = Literal["lect", "mate"]

GRADES: tuple[Grade, ...] = ("4b", "2m")
SUBJECTS: tuple[Subject, ...] = ("lect", "mate")

OwnerClass = Literal["public", "subsidised", "private"]

_SOCIAL_INDEX = MappingProxyType(
    {
        ("public", False): (2.15, 0.75),
        ("public", True): (1.8, 0.7),
        ("subsidised", False): (2.9, 0.85),
        ("subsidised", True): (1.75, 0.85),
        ("private", False): (5.0, 0.25),
        ("private", True): (5.0, 0.25),
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Laws:
    """What makes a school do well, what a leader changes and what fades.

    Points are points of the national test; "a year" is a calendar year, tested or not.
    A study of other worlds makes another ``Laws`` and passes it to ``generate``.
    """

    # The scale: the base is 250 (domain.md).
    base_mean: float = 250.0
    base_year: int = 2015
    yearly_rise: float = 1.0
    dips: MappingProxyType[int, float] = field(
        default_factory=lambda: MappingProxyType({2022: -5.0, 2023: -2.0})
    )
    subject_offset: float = 7.0

    # Context: what a school cannot choose.
    social_index: MappingProxyType[tuple[str, bool], tuple[float, float]] = field(
        default_factory=lambda: _SOCIAL_INDEX
    )
    group_slope: MappingProxyType[str, float] = field(
        default_factory=lambda: MappingProxyType({"4b": 9.0, "2m": 17.0})
    )
    middle_index: MappingProxyType[str, float] = field(
        default_factory=lambda: MappingProxyType({"4b": 2.5, "2m": 3.0})
    )
    middle_size: MappingProxyType[str, float] = field(
        default_factory=lambda: MappingProxyType({"4b": 30.0, "2m": 60.0})
    )
    group_error_sd: float = 0.33
    log_size_slope: float = 4.0
    not_public: float = 5.0
    rural: float = -1.0

    # Quality: what the school does.
    lasting_sd: float = 7.5
    drift_sd: float = 10.5
    drift_keeps: float = 0.87
    grade_stretch: MappingProxyType[str, float] = field(
        default_factory=lambda: MappingProxyType({"4b": 1.0, "2m": 1.35})
    )
    owner_sd: float = 2.0
    taste_sd: float = 3.7

    # What hides it: shocks of a school-year, and the luck of few pupils.
    shock_sd: float = 4.7
    shock_taste_sd: float = 2.5
    pupil_sd: float = 50.0
    pupil_taste_sd: float = 21.0

    # A leader: what three years of support add, and what is left of it later.
    leader_mean: float = 8.0
    leader_sd: float = 3.0
    leader_standing: float = 1.5
    leader_max: float = 16.0
    support_years: int = 3
    subject_share: MappingProxyType[str, float] = field(
        default_factory=lambda: MappingProxyType({"lect": 7 / 8, "mate": 9 / 8})
    )
    loss_per_group: float = 0.25
    loss_other_rurality: float = 0.30
    fit_floor: float = 0.40
    cut_keeps: float = 0.35
    tapered_keeps: float = 0.92
    tapered_share: float = 0.5
    supporter_gain: float = 1.5
    wave_share: float = 0.025

    # A change of owner from municipality to service.
    transfer_costs: tuple[float, ...] = (-2.0, -1.0)

    # Judgement of needs and strengths on the rubric.
    points_per_level: float = 8.0
    judgement_sd: float = 0.7

    def level(self, year: int) -> float:
        """National mean of both subjects in a year."""
        return self.base_mean + self.yearly_rise * (year - self.base_year) + self.dips.get(year, 0.0)

    def fit(self, group_gap: float, other_rurality: bool) -> float:
        """Share of a leader's effect that reaches a school in other circumstances."""
        loss = self.loss_per_group * abs(group_gap) + self.loss_other_rurality * other_rurality
        return max(self.fit_floor, 1.0 - loss)

    def support(self, effect: float, years_since_start: int, tapered: bool) -> float:
        """Points that a partnership adds, counting the year of the start as 0.

        Examples
        --------
        >>> laws = Laws()
        >>> [round(laws.support(9.0, year, tapered=False), 2) for year in range(-1, 5)]
        [0.0, 3.0, 6.0, 9.0, 3.15, 1.1]
        """
        if years_since_start < 0:
            return 0.0
        built = min(years_since_start + 1, self.support_years) / self.support_years
        years_after = max(0, years_since_start + 1 - self.support_years)
        keeps = self.tapered_keeps if tapered else self.cut_keeps
        return effect * built * keeps**years_after

    def noise_sd(self, tested: float) -> float:
        """SD of the mean of both subjects that comes from having only these pupils."""
        return float(self.pupil_sd / tested**0.5)
