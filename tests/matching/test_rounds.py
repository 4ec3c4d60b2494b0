"""Joining the phases: one node a school, each pair in its better phase; and fields kept to the last bit."""

import json
from dataclasses import replace

import numpy as np
import pytest

from matching.constraints import refusal
from matching.errors import InstanceError
from matching.explanations import reasons
from matching.field_documents import field_document, field_from_document
from matching.pairs import allowed_pairs
from matching.profiles import Phase
from matching.rounds import Round, RoundRules, play, score_phases
from matching.scoring import score_pairs
from matching.sides import Field
from tests.matching.countries import Country, allowed_country, random_country

SEEDS = range(4)


def secondary(country: Country, factor: float = 1.3) -> Country:
    """The secondary side of a country: the schools that teach both, with other levels."""
    both = [one for one in country.profiles if Phase.SECONDARY in one.phases]
    codes = {one.id for one in both}
    return replace(
        country,
        profiles=[replace(one, phase=Phase.SECONDARY) for one in both],
        needs=[replace(one, phase=Phase.SECONDARY) for one in country.needs if one.school in codes],
        evidence=replace(country.evidence, phase=Phase.SECONDARY, level=country.evidence.level * factor),
    )


def played(seed: int, **given: object) -> tuple[list[Field], Round]:
    country = random_country(seed)
    fields = [country.prepared(), secondary(country).prepared()]
    urgency = {need.school: need.urgency for need in country.needs}
    return fields, play(score_phases(fields), urgency, RoundRules(**given))  # type: ignore[arg-type]


@pytest.mark.parametrize("seed", SEEDS)
def test_a_pair_takes_the_phase_with_the_higher_score(seed: int) -> None:
    fields, found = played(seed)
    best: dict[tuple[int, int], tuple[float, int]] = {}
    for number, field in enumerate(fields):
        table = allowed_pairs(field)
        scores = score_pairs(field, table).score
        for school, leader, score in zip(
            table.school.tolist(), table.leader.tolist(), scores.tolist(), strict=True
        ):
            # the earlier phase stays where the scores tie
            if (school, leader) not in best or score > best[school, leader][0]:
                best[school, leader] = (score, number)
    instance = found.instance
    told = {
        (instance.school_ids[s], instance.leader_ids[j]): (score, phase)
        for s, j, score, phase in zip(
            instance.pair_school.tolist(),
            instance.pair_leader.tolist(),
            instance.score.tolist(),
            found.pair_phase.tolist(),
            strict=True,
        )
    }
    assert told == best


@pytest.mark.parametrize("seed", SEEDS)
def test_each_row_points_at_its_own_pair(seed: int) -> None:
    _, found = played(seed)
    instance = found.instance
    for pair in range(instance.score.size):
        table = found.phases[int(found.pair_phase[pair])].scored.pairs
        row = int(found.pair_row[pair])
        assert int(table.school[row]) == instance.school_ids[instance.pair_school[pair]]
        assert int(table.leader[row]) == instance.leader_ids[instance.pair_leader[pair]]


@pytest.mark.parametrize("seed", SEEDS)
def test_a_school_of_two_phases_gets_one_leader(seed: int) -> None:
    _, found = played(seed)
    made = found.made()
    schools = found.instance.pair_school[made].tolist()
    load = np.bincount(found.instance.pair_leader[made], minlength=len(found.instance.leader_ids))

    assert len(schools) == len(set(schools))
    assert (load <= found.instance.capacity).all()


@pytest.mark.parametrize("seed", SEEDS)
def test_the_order_of_profiles_does_not_matter(seed: int) -> None:
    country = random_country(seed)
    turned = replace(
        country,
        profiles=country.profiles[::-1],
        needs=country.needs[::-1],
        leaders=country.leaders[::-1],
    )
    urgency = {need.school: need.urgency for need in country.needs}
    first, second = (
        play(score_phases([one.prepared()]), dict(sorted(urgency.items(), reverse=bool(n))))
        for n, one in enumerate((country, turned))
    )

    assert first.assignment.pair_of.tolist() == second.assignment.pair_of.tolist()
    assert first.instance.score.tolist() == second.instance.score.tolist()


def test_a_forbidden_pair_is_never_made_and_a_locked_one_always() -> None:
    _, free = played(1)
    instance = free.instance
    made = {(instance.pair_school[p], instance.pair_leader[p]) for p in free.made()}
    all_pairs = list(zip(instance.pair_school.tolist(), instance.pair_leader.tolist(), strict=True))
    named = {pair: (instance.school_ids[pair[0]], instance.leader_ids[pair[1]]) for pair in all_pairs}
    forbidden = named[next(pair for pair in all_pairs if pair in made)]
    locked = named[next(pair for pair in all_pairs if pair not in made and named[pair][0] != forbidden[0])]

    _, marked = played(1, locked=[locked], forbidden=[forbidden])

    again = marked.instance
    pairs = {
        (again.school_ids[again.pair_school[p]], again.leader_ids[again.pair_leader[p]])
        for p in marked.made()
    }
    assert locked in pairs
    assert forbidden not in pairs


def test_a_lock_that_no_rule_allows_is_refused() -> None:
    country = allowed_country()
    far = replace(country, preset=replace(country.preset, max_km=1.0))

    with pytest.raises(InstanceError):
        play(score_phases([far.prepared()]), {1: 2}, RoundRules(locked=[(1, 90)]))


def test_forbidding_who_is_not_there_changes_nothing() -> None:
    fields = [allowed_country().prepared()]

    found = play(score_phases(fields), {1: 2}, RoundRules(forbidden=[(1, 77), (55, 90)]))

    assert len(found.made()) == 1


def test_nobody_in_need_is_an_empty_round() -> None:
    found = play(score_phases([]), {})

    assert found.made() == []
    assert found.instance.score.size == 0


# Fields as documents


@pytest.mark.parametrize("seed", SEEDS)
def test_a_field_comes_back_to_the_last_bit(seed: int) -> None:
    for field in played(seed)[0]:
        text = json.dumps(field_document(field), allow_nan=False)
        again = field_from_document(json.loads(text))

        assert json.dumps(field_document(again), allow_nan=False) == text
        for school in range(field.schools.ids.size):
            for leader in range(field.leaders.ids.size):
                assert refusal(again, school, leader) == refusal(field, school, leader)
        before, after = (score_pairs(one, allowed_pairs(one)) for one in (field, again))
        assert before.score_units.tolist() == after.score_units.tolist()
        for school, leader in zip(before.pairs.school_row, before.pairs.leader_row, strict=True):
            assert reasons(again, int(school), int(leader)) == reasons(field, int(school), int(leader))
