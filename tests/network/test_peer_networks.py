"""Networks that propose themselves: sizes exact, everybody placed or told why, reasons that add up."""

import itertools
import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from network.errors import GraphError
from network.peer_networks import cost_of_move, propose_networks, weigh_networks
from network.peer_records import PeerPlan, PeerReason, PeerSchool, PeerSettings
from network.peer_search import balanced_sizes
from network.peer_terms import peer_terms

ELEMENTS = ("focus", "trust", "reading")


@st.composite
def pools(draw: st.DrawFn, largest: int = 40) -> list[PeerSchool]:
    rng = np.random.default_rng(draw(st.integers(0, 10_000)))
    found = []
    for number in range(draw(st.integers(0, largest))):
        needs = tuple(one for one in ELEMENTS if rng.random() < 0.3)
        strengths = tuple(one for one in ELEMENTS if one not in needs and rng.random() < 0.3)
        context = np.where(rng.random(3) < 0.2, np.nan, rng.normal(size=3))
        placed = rng.random() < 0.8
        found.append(
            PeerSchool(
                id=number * 7,
                needs=needs,
                strengths=strengths,
                context=tuple(context.tolist()),
                latitude=-33 + rng.random() if placed else None,
                longitude=-71 + rng.random() if placed else None,
            )
        )
    return found


@settings(max_examples=40, deadline=None)
@given(pools(), st.integers(2, 6), st.integers(0, 4), st.integers(0, 6))
def test_sizes_are_kept_exactly_and_everybody_is_placed_or_told_why(
    pool: list[PeerSchool], least: int, more: int, still_more: int
) -> None:
    wanted = PeerSettings(least=least, target=least + more, most=least + more + still_more)

    plan = propose_networks(pool, wanted)

    placed = [school for network in plan.networks for school in network.members]
    assert sorted([*placed, *plan.unplaced]) == [school.id for school in pool]
    found = [len(network.members) for network in plan.networks]
    assert all(least <= size <= wanted.most for size in found)
    assert max(found, default=0) - min(found, default=0) <= 1
    sizes = balanced_sizes(len(pool), least=least, most=wanted.most, target=wanted.target)
    assert len(plan.unplaced) == sizes.left_out
    assert set(plan.unplaced.values()) <= ({"sizes"} if plan.networks else {"too_few"})


@given(st.integers(0, 400), st.integers(2, 12), st.integers(0, 8), st.integers(0, 8))
def test_balanced_sizes_leave_out_as_few_as_can_be(schools: int, least: int, more: int, last: int) -> None:
    target, most = least + more, least + more + last
    sizes = balanced_sizes(schools, least=least, most=most, target=target)

    placed = sizes.networks * sizes.low + sizes.larger
    assert placed + sizes.left_out == schools
    possible = {n * size for n in range(schools // least + 1) for size in range(least, most + 1)}
    possible |= {total for n in range(1, schools // least + 1) for total in range(n * least, n * most + 1)}
    assert placed == max((total for total in possible if total <= schools), default=0)


@settings(max_examples=25, deadline=None)
@given(pools(), st.randoms(use_true_random=False))
def test_the_order_of_the_schools_changes_nothing(pool: list[PeerSchool], chance) -> None:  # type: ignore[no-untyped-def]
    shuffled = list(pool)
    chance.shuffle(shuffled)

    assert propose_networks(shuffled) == propose_networks(pool)


@settings(max_examples=30, deadline=None)
@given(pools())
def test_reasons_are_what_can_be_counted(pool: list[PeerSchool]) -> None:
    by_id = {school.id: school for school in pool}
    plan = propose_networks(pool)
    assert plan.total == pytest.approx(sum(network.cost for network in plan.networks))
    for network in plan.networks:
        said = {reason.code: reason.value for reason in network.reasons}
        members = [by_id[one] for one in network.members]
        if network.theme is None:
            assert not any(one.needs for one in members)
            assert said["no_known_need"] == 0
            continue
        assert said["shared_need"] == sum(network.theme in one.needs for one in members) > 0
        strong = tuple(one.id for one in members if network.theme in one.strengths)
        assert network.strong == strong
        assert ("strength_inside" in said) == bool(strong)
        assert network.middle in network.members
        assert network.cost == pytest.approx(_cost(pool, network.members, network.middle, network.theme))


def _cost(pool: list[PeerSchool], members: tuple[int, ...], middle: int, theme: str) -> float:
    """By hand, one school at a time."""
    by_id = {school.id: school for school in pool}
    centre, total = by_id[middle], 0.0
    for one in (by_id[member] for member in members):
        if not (one.needs or one.strengths):
            total += 0.5
        elif theme not in (*one.needs, *one.strengths):
            total += 1.0
        if one is centre:
            continue
        both = [(a - b) ** 2 for a, b in zip(one.context, centre.context, strict=True) if a == a and b == b]
        total += min(math.sqrt(sum(both) / len(both)) / 2, 3) if both else 0.5
        if one.latitude is None or centre.latitude is None:
            total += 0.5
        else:
            total += min(_km(one, centre) / 60, 3)
    return total


def _km(one: PeerSchool, other: PeerSchool) -> float:
    """By the cosines of the sphere."""
    assert one.latitude is not None and one.longitude is not None  # noqa: PT018
    assert other.latitude is not None and other.longitude is not None  # noqa: PT018
    a, b = math.radians(one.latitude), math.radians(other.latitude)
    turn = math.radians(one.longitude - other.longitude)
    cosine = math.sin(a) * math.sin(b) + math.cos(a) * math.cos(b) * math.cos(turn)
    return 6_371.0088 * math.acos(min(1, cosine))


def test_nobody_finds_a_better_split_of_a_few_schools() -> None:
    """Every split of ten schools into two networks of five, tried one by one."""
    for seed in range(6):
        rng = np.random.default_rng(seed)
        pool = [
            PeerSchool(
                id=number,
                needs=("focus",) if rng.random() < 0.5 else ("trust",),
                strengths=("trust",) if number < 2 else ("focus",) if number < 4 else (),
                context=tuple(rng.normal(size=2).tolist()),
                latitude=-33 + rng.random(),
                longitude=-71 + rng.random(),
            )
            for number in range(10)
        ]
        pool = [
            PeerSchool(
                id=one.id,
                needs=tuple(need for need in one.needs if need not in one.strengths),
                strengths=one.strengths,
                context=one.context,
                latitude=one.latitude,
                longitude=one.longitude,
            )
            for one in pool
        ]
        best = math.inf
        for first in itertools.combinations(range(1, 10), 4):
            one = {0, *first}
            plan = weigh_networks(pool, [one, set(range(10)) - one])
            if all(network.strong for network in plan.networks):
                best = min(best, plan.total)

        plan = propose_networks(pool, PeerSettings(target=5))

        assert all(network.strong for network in plan.networks)
        assert plan.total == pytest.approx(best)


def test_a_network_without_anybody_strong_says_so() -> None:
    pool = [PeerSchool(id=number, needs=("trust",)) for number in range(5)]

    (network,) = propose_networks(pool).networks

    assert network.strong == ()
    assert network.reasons[:2] == (PeerReason("shared_need", 5.0), PeerReason("no_strength_inside", 0.0))
    assert network.cost == pytest.approx(4 * (0.5 + 0.5))  # nothing known of context and place


def test_where_strengths_suffice_every_network_has_one() -> None:
    near = [PeerSchool(id=n, needs=("trust",), latitude=-33.0, longitude=-71 - n / 100) for n in range(6)]
    far = [
        PeerSchool(
            id=10 + n,
            strengths=("trust",) if n < 2 else (),
            needs=("trust",) if n > 1 else (),
            latitude=-34,
            longitude=-71,
        )
        for n in range(6)
    ]

    plan = propose_networks([*near, *far], PeerSettings(least=6, target=6, most=6))

    assert [len(network.members) for network in plan.networks] == [6, 6]
    assert all(network.strong for network in plan.networks)


def plan_of_ten() -> tuple[list[PeerSchool], PeerPlan]:
    pool = [
        PeerSchool(
            id=number,
            needs=("trust",) if number not in (0, 5) else (),
            strengths=("trust",) if number in (0, 5) else (),
            latitude=-33 if number < 5 else -34,
            longitude=-71,
        )
        for number in range(10)
    ]
    return pool, propose_networks(pool, PeerSettings(target=5))


def test_moving_a_school_tells_what_it_costs() -> None:
    pool, plan = plan_of_ten()

    moved = cost_of_move(pool, plan, 1, 1, PeerSettings(target=5))

    away = min(_km(pool[1], pool[6]) / 60, 3)
    assert moved.change == pytest.approx(away + 0.5 - 0.5, abs=1e-6)
    assert (moved.too_small, moved.too_large, moved.loses_strength) == (True, False, False)
    assert [network.members for network in moved.plan.networks] == [(0, 2, 3, 4), (1, 5, 6, 7, 8, 9)]
    assert cost_of_move(pool, plan, 0, 1).loses_strength


def test_a_network_emptied_by_a_move_is_gone() -> None:
    pool = [PeerSchool(id=number) for number in range(3)]
    plan = weigh_networks(pool, [{0}, {1, 2}])

    moved = cost_of_move(pool, plan, 0, 1)

    assert [network.members for network in moved.plan.networks] == [(0, 1, 2)]


@pytest.mark.parametrize(
    ("school", "to", "sentence"),
    [
        (1, 9, "has no network 9"),
        (1, 0, "school 1 is in that network already"),
        (99, 0, "not in the plan"),
    ],
)
def test_a_move_that_cannot_be_is_refused(school: int, to: int, sentence: str) -> None:
    pool, plan = plan_of_ten()

    with pytest.raises(GraphError, match=sentence):
        cost_of_move(pool, plan, school, to)


@pytest.mark.parametrize(
    ("groups", "sentence"),
    [
        ([{0, 1}, {1}], "school 1 is in two"),
        ([{77}], "not among the schools"),
        ([set()], "without schools"),
    ],
)
def test_groups_that_contradict_each_other_are_refused(groups: list[set[int]], sentence: str) -> None:
    pool, _ = plan_of_ten()

    with pytest.raises(GraphError, match=sentence):
        weigh_networks(pool, groups)


def test_a_service_of_one_school_and_an_empty_one_are_answered() -> None:
    assert propose_networks([]) == PeerPlan((), {}, 0.0)
    assert propose_networks([PeerSchool(id=3)]) == PeerPlan((), {3: "too_few"}, 0.0)


def test_inputs_that_make_no_sense_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    twice = [PeerSchool(id=1), PeerSchool(id=1)]
    with pytest.raises(GraphError, match="comes twice"):
        peer_terms(twice, PeerSettings())
    with pytest.raises(GraphError, match="different numbers of features"):
        peer_terms([PeerSchool(id=1), PeerSchool(id=2, context=(1.0,))], PeerSettings())
    monkeypatch.setattr("network.peer_terms.LARGEST", 1)
    with pytest.raises(GraphError, match="territory by territory"):
        peer_terms([PeerSchool(id=1), PeerSchool(id=2)], PeerSettings())
    with pytest.raises(GraphError, match="give at least 2"):
        PeerSettings(least=1)
    with pytest.raises(GraphError, match="negative"):
        PeerSettings(need_weight=-1)
    with pytest.raises(GraphError, match="above 0"):
        PeerSettings(near_km=0)
