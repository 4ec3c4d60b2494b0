"""What a demo country holds, whatever its seed."""

from collections import Counter

import pytest

from service.demo import Country, generate
from service.demo.schools import check_digit
from service.demo.territory import communes, service_of, services


def test_size_is_kept() -> None:
    assert [len(generate(seed=1, schools=count, years=3).schools) for count in (60, 61, 250)] == [60, 61, 250]


@pytest.mark.parametrize(("schools", "years"), [(59, 10), (600, 2), (600, 12)])
def test_sizes_without_sense_are_refused(schools: int, years: int) -> None:
    with pytest.raises(ValueError, match=r"at least 60|from 3 to 11"):
        generate(schools=schools, years=years)


@pytest.mark.parametrize("years", [3, 4, 11])
def test_other_spans_work(years: int) -> None:
    country = generate(seed=3, schools=80, years=years)

    assert country.calendar.test_years[-1] == 2024
    assert {result.year for result in country.results} == set(country.calendar.test_years)


def test_schools_are_of_every_sort(country: Country) -> None:
    kinds = Counter(school.kind for school in country.schools)
    owners = Counter(school.owner_class for school in country.schools)

    assert min(kinds[kind] for kind in ("preschool", "special", "adult", "secondary", "full", "primary")) > 5
    assert min(owners.values()) > 30
    assert sum(school.delegated for school in country.schools) > 0
    assert 100 < sum(school.rural for school in country.schools) < 300
    assert sum(0 < school.cohort_primary < 4 for school in country.schools) > 20


def test_schools_begin_and_end(country: Country) -> None:
    endings = Counter(school.ending for school in country.schools)

    assert min(endings[ending] for ending in ("closed", "recess", "authorised", "merged")) > 0
    assert sum(school.opened > 0 for school in country.schools) > 5
    assert sum(school.renamed is not None for school in country.schools) > 5
    numbers = {school.number for school in country.schools}
    for school in country.schools:
        assert (school.merged_into is not None) == (school.ending == "merged")
        assert school.merged_into is None or school.merged_into in numbers


def test_numbers_are_in_use_nowhere(country: Country) -> None:
    assert min(school.number for school in country.schools) > 90_000
    assert all(commune.code % 1000 > 900 for commune in communes())
    assert {school.owner[:2] for school in country.schools} == {"99", " "}
    wrong = [school for school in country.schools if school.check_digit != check_digit(school.number)]
    assert len(wrong) == 2


def test_territory_joins() -> None:
    inside = [commune.code for service in services() for commune in service.communes]

    assert sorted(inside) == [commune.code for commune in communes()]
    assert all(service_of()[code] for code in inside)
    assert any(service.postponed for service in services())
    assert len({service.transfer for service in services()}) >= 5


def test_places_have_the_faults_of_the_real_directory(country: Country) -> None:
    faults = Counter(school.place_fault for school in country.schools)

    assert (faults["swapped"], faults["joined"]) == (1, 1)
    working = [school for school in country.schools if school.works(2025)]
    assert 0 < sum(school.latitude is None for school in working) < 30
    assert min(school.longitude for school in working if school.longitude is not None) < -78


def test_leaders_are_many_and_some_are_doubtful(country: Country) -> None:
    leaders = country.leaders
    standing = country.truth.standing()[:, -1]
    sound = [leader.school for leader in leaders if not leader.doubtful]
    doubtful = [leader.school for leader in leaders if leader.doubtful]

    assert 60 <= len(leaders) <= 80
    assert len({leader.school for leader in leaders}) == len(leaders)
    assert len({leader.email for leader in leaders}) == len(leaders)
    assert len(doubtful) >= 5
    assert min(standing[sound]) > sorted(standing[doubtful])[len(doubtful) // 2]
    assert {leader.capacity for leader in leaders} == {1, 2}
    assert any(leader.status == "paused" for leader in leaders)
    assert any(leader.consent_on is None for leader in leaders)
    assert any(leader.in_post_since.year > 2022 for leader in leaders)


def test_one_service_is_rich_in_leaders_and_one_has_none(country: Country) -> None:
    by_service = Counter(
        service_of()[country.schools[leader.school].commune.code].code for leader in country.leaders
    )

    assert by_service[1291] == 0
    assert by_service[591] >= 8


def test_people_are_of_every_role_and_of_no_real_domain(country: Country) -> None:
    roles = Counter(person.role for person in country.people)

    assert roles["ministry"] == 1
    assert roles["coordinator"] == 3
    assert roles["director"] >= 4
    assert roles["leader"] >= 2
    assert all(person.email.endswith(".example.org") for person in country.people)
    assert len({person.email for person in country.people}) == len(country.people)
    leading = {leader.school for leader in country.leaders}
    assert not leading & {person.school for person in country.people if person.role == "director"}
