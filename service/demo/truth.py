"""What is true in the demo country, apart from what its files show."""

from dataclasses import dataclass

import numpy as np

from service.demo.calendar import Calendar
from service.demo.chance import Chance, FloatArray
from service.demo.laws import GRADES, Grade, Laws, Subject
from service.demo.schools import School


@dataclass(frozen=True, slots=True)
class Truth:
    """True parts of every school's result; rows are schools, columns calendar years.

    ``quality`` is the lasting and drifting part; ``support`` what leaders added (or what is
    left of it); ``transfer`` what the change of owner cost; ``owner`` the owner's own part.
    All in points of 4th grade, mean of both subjects. ``context`` is what the school cannot
    choose. ``leader_effect`` is what three years of support by the head would add elsewhere.
    """

    laws: Laws
    calendar: Calendar
    context: dict[Grade, FloatArray]
    quality: FloatArray
    support: FloatArray
    transfer: FloatArray
    owner: FloatArray
    taste: FloatArray
    leader_effect: FloatArray

    def __post_init__(self) -> None:
        parts = (self.quality, self.support, self.transfer, self.owner, self.taste, self.leader_effect)
        for array in (*parts, *self.context.values()):
            array.setflags(write=False)

    def standing(self) -> FloatArray:
        """All that the school and those who support it do: what value added tries to see."""
        return np.asarray(self.quality + self.support + self.transfer + self.owner)

    def expected(self, grade: Grade, year: int) -> FloatArray:
        """Expected mean of both subjects, before the shock of the year and the luck of the pupils."""
        at = self.calendar.index(year)
        stretched = self.laws.grade_stretch[grade] * self.standing()[:, at]
        return np.asarray(self.laws.level(year) + self.context[grade][:, at] + stretched)

    def expected_subject(self, grade: Grade, subject: Subject, year: int) -> FloatArray:
        """The same in one subject: support counts more in mathematics than in reading."""
        sign = 1.0 if subject == "lect" else -1.0
        at = self.calendar.index(year)
        extra = (
            (self.laws.subject_share[subject] - 1.0) * self.laws.grade_stretch[grade] * self.support[:, at]
        )
        return np.asarray(self.expected(grade, year) + extra + sign * (self.laws.subject_offset + self.taste))


def make_truth(laws: Laws, calendar: Calendar, schools: tuple[School, ...], chance: Chance) -> Truth:
    """Add up the laws; nobody supports anybody yet."""
    quality = chance.lasting[:, None] + chance.drift
    owner = np.array(
        [[chance.owner_effect[school.owner_in(year)] for year in calendar.all_years] for school in schools]
    )
    spread = (laws.lasting_sd**2 + laws.drift_sd**2) ** 0.5
    rest_sd = (laws.leader_sd**2 - laws.leader_standing**2) ** 0.5
    effect = laws.leader_mean + laws.leader_standing * quality[:, -1] / spread + rest_sd * chance.leader_luck
    return Truth(
        laws=laws,
        calendar=calendar,
        context={grade: _context(laws, calendar, schools, grade) for grade in GRADES},
        quality=quality,
        support=np.zeros_like(quality),
        transfer=_transfer(laws, calendar, schools),
        owner=owner,
        taste=chance.taste,
        leader_effect=np.clip(effect, 0.0, laws.leader_max),
    )


def _context(laws: Laws, calendar: Calendar, schools: tuple[School, ...], grade: Grade) -> FloatArray:
    index = np.array([school.social_index for school in schools])
    size = np.array(
        [school.cohort_primary if grade == "4b" else school.cohort_secondary for school in schools]
    )
    fixed = (
        laws.group_slope[grade] * (index - laws.middle_index[grade])
        + laws.log_size_slope * np.log(np.maximum(size, 1.0) / laws.middle_size[grade])
        + laws.not_public * np.array([school.owner_class != "public" for school in schools])
        + laws.rural * np.array([school.rural for school in schools])
    )
    return np.repeat(fixed[:, None], len(calendar.all_years), axis=1)


def _transfer(laws: Laws, calendar: Calendar, schools: tuple[School, ...]) -> FloatArray:
    cost = np.zeros((len(schools), len(calendar.all_years)))
    for place, school in enumerate(schools):
        if school.transferred is None:
            continue
        for after, points in enumerate(laws.transfer_costs):
            if school.transferred + after in calendar.all_years:
                cost[place, calendar.index(school.transferred + after)] = points
    return cost
