"""The hard rules once more, pair by pair in plain Python from the profiles: an oracle."""

from math import asin, cos, erf, isnan, radians, sin, sqrt

from matching.elements import Element
from matching.features import ContextMatrix, Feature
from matching.places import EARTH_RADIUS_KM
from matching.profiles import LeaderProfile, NeedProfile, SchoolProfile
from tests.matching.countries import Country


def plain_allowed(country: Country) -> set[tuple[int, int]]:
    """School number and leader id of every pair that all rules of the design allow."""
    context = country.space().context
    schools = {profile.id: profile for profile in country.profiles}
    return {
        (need.school, leader.id)
        for need in country.needs
        for leader in country.leaders
        if _may_lead(country, leader, schools)
        and need.school not in country.options.get("partnered", ())
        and leader.school != need.school
        and need.school not in leader.conflicts | leader.declined
        and leader.school not in need.excluded
        and need.languages & leader.languages
        and _better(country, need, leader)
        and _near_and_like(country, context, need, leader, schools)
    }


def plain_distance(
    context: ContextMatrix, weights: dict[Feature, float], a: int, b: int
) -> tuple[float, float]:
    """Context distance and coverage of two schools by number, feature by feature."""
    rows = [list(context.ids).index(number) for number in (a, b)]
    total = shared = everything = 0.0
    for place, feature in enumerate(context.features):
        columns = [c for c, f in enumerate(context.feature_of_column) if f == place]
        squares = [float(context.values[rows[0], c] - context.values[rows[1], c]) ** 2 for c in columns]
        everything += weights[feature]
        if not any(isnan(square) for square in squares):
            total += weights[feature] * sum(squares) / len(squares)
            shared += weights[feature]
    return (sqrt(total / shared) if shared else float("nan")), shared / everything


def plain_km(a: SchoolProfile, b: SchoolProfile) -> float:
    """Haversine distance, NaN without a place."""
    if a.latitude is None or b.latitude is None or a.longitude is None or b.longitude is None:
        return float("nan")
    north, east = radians(b.latitude - a.latitude), radians(b.longitude - a.longitude)
    half = sin(north / 2) ** 2
    half += cos(radians(a.latitude)) * cos(radians(b.latitude)) * sin(east / 2) ** 2
    return 2 * EARTH_RADIUS_KM * asin(sqrt(half))


def _may_lead(country: Country, leader: LeaderProfile, schools: dict[int, SchoolProfile]) -> bool:
    evidence, number = country.evidence, leader.school
    if number not in schools or leader.complaint_open or leader.capacity < 1:
        return False
    row = list(evidence.ids).index(number)
    if evidence.in_need[row] or evidence.in_need_by_value_added[row] or evidence.falling[row]:
        return False
    long_enough = leader.years_in_post is not None and leader.years_in_post >= 3
    on_record = leader.designated and leader.active and leader.consents and long_enough
    return country.options.get("exploratory", False) or on_record


def _better(country: Country, need: NeedProfile, leader: LeaderProfile) -> bool:
    column = 1 if need.areas == (Element.READING,) else 0
    ids = list(country.evidence.ids)
    mine, theirs = ids.index(need.school), ids.index(leader.school)

    def known(row: int) -> bool:
        tests = country.evidence.recent_tests[row, column]
        return tests >= 2 and not isnan(country.evidence.level[row, column])

    if not known(mine):
        if not need.needs:
            return False
        lowest = min(need.needs.values())
        where = [element for element, level in need.needs.items() if level == lowest]
        return any(leader.strengths.get(element, 0) > lowest for element in where)
    if not known(theirs):
        return False
    gap = country.evidence.level[theirs, column] - country.evidence.level[mine, column]
    sd_mine, sd = country.evidence.level_sd[mine, column], country.evidence.level_sd[theirs, column]
    surely_above = _normal(country.evidence.level[theirs, column] / sd) >= 0.8
    return gap >= 5 and surely_above and _normal(gap / sqrt(sd_mine**2 + sd**2)) >= 0.9


def _near_and_like(
    country: Country,
    context: ContextMatrix,
    need: NeedProfile,
    leader: LeaderProfile,
    schools: dict[int, SchoolProfile],
) -> bool:
    here, there, preset = schools[need.school], schools[leader.school], country.preset
    same_owner = here.owner is not None and here.owner == there.owner
    if preset.same_owner_bars and same_owner:
        return False
    groups = (here.ses_group, there.ses_group)
    if groups[0] is not None and groups[1] is not None and abs(groups[0] - groups[1]) > 1:
        return False
    differs = None not in (here.rural, there.rural) and here.rural != there.rural
    if differs and not (leader.worked_rural and leader.worked_urban):
        return False
    km = plain_km(here, there)
    if not (need.online and leader.online):
        minutes = country.options.get("travel_minutes", {}).get((here.id, there.id))
        if not (minutes <= 90 if minutes is not None else km <= preset.max_km):
            return False
        if leader.max_km is not None and km > leader.max_km:
            return False
    if here.rural is False and there.rural is False and not same_owner and km <= 2:
        return False
    weights = {feature: country.weights.of(feature) for feature in context.features}
    distance, coverage = plain_distance(context, weights, here.id, there.id)
    return coverage >= 0.6 - 1e-9 and distance <= country.like_within


def _normal(z: float) -> float:
    return (1 + erf(z / sqrt(2))) / 2
