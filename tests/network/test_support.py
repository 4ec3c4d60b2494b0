"""The support graph: built from ties, sliced by day; whom it reaches and on whom it hangs."""

from datetime import date, timedelta

import networkx as nx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from network.build import SchoolGraph, build_graph
from network.coverage import Caseload, caseload, coverage
from network.errors import GraphError
from network.key_people import (
    KeyPerson,
    alone_without,
    key_people,
    robustness_at_random,
    robustness_worst_first,
)
from network.records import SchoolNode, Tie
from network.series import support_series

DAY = date(2024, 3, 1)
SCHOOLS = [SchoolNode(id=number, groups={"owner": "ab"[number % 2]}) for number in range(8)]


def tie(supporting: int, supported: int, **changes: object) -> Tie:
    return Tie(
        **{"supporting": supporting, "supported": supported, "started_on": DAY, "state": "active"} | changes
    )  # type: ignore[arg-type]


@st.composite
def ties(draw: st.DrawFn) -> list[Tie]:
    found = []
    for _ in range(draw(st.integers(0, 25))):
        pair = draw(st.lists(st.integers(0, 7), min_size=2, max_size=2, unique=True))
        began = DAY + timedelta(days=draw(st.integers(0, 60)))
        lasted = draw(st.none() | st.integers(0, 60))
        ended = None if lasted is None else began + timedelta(days=lasted)
        state = draw(st.sampled_from([None, "trial", "active", "tapering", "closed"]))
        hours = draw(st.integers(0, 9))
        found.append(tie(*pair, started_on=began, ended_on=ended, state=state, hours=hours))
    return found


@given(ties(), st.integers(-5, 130), st.randoms(use_true_random=False))
def test_a_slice_is_the_plain_filter_whatever_the_order(found, after, chance) -> None:  # type: ignore[no-untyped-def]
    day = DAY + timedelta(days=after)
    graph = build_graph(SCHOOLS, found, on=day)
    holding = [
        one for one in found if one.started_on <= day and (one.ended_on is None or day <= one.ended_on)
    ]
    chance.shuffle(found)
    again = build_graph(SCHOOLS[::-1], found, on=day)

    assert {(a, b) for a, b in graph.edges} == {(one.supporting, one.supported) for one in holding}
    assert sum(hours for _, _, hours in graph.edges(data="hours")) == sum(one.hours for one in holding)
    assert list(graph.nodes(data=True)) == list(again.nodes(data=True))
    assert list(graph.edges(data=True)) == list(again.edges(data=True))


def test_a_day_before_any_tie_gives_schools_alone() -> None:
    graph = build_graph(SCHOOLS, [tie(1, 2)], on=DAY - timedelta(days=1))

    assert (graph.number_of_nodes(), graph.number_of_edges()) == (8, 0)


def test_an_edge_tells_what_it_was_made_of() -> None:
    visit = tie(1, 2, kind="visit", hours=3, state=None, leader="Ana")
    graph = build_graph(
        SCHOOLS, [visit, tie(1, 2, state="closed"), tie(1, 2, leader="Luis"), tie(1, 2, state="closed")]
    )

    assert graph.edges[1, 2] == {
        "hours": 3.0,
        "ties": 4,
        "kinds": ("partnership", "visit"),
        "leaders": ("Ana", "Luis"),
        "state": "active",
    }


@pytest.mark.parametrize(
    ("schools", "ends", "sentence"),
    [
        ([1, 1], (1, 1), "school 1 comes twice: in two services, perhaps; give it once"),
        ([1, 2], (1, 3), "a tie names school 3, which is not among the schools"),
    ],
)
def test_schools_and_ties_that_contradict_each_other_are_refused(
    schools: list[int], ends: tuple[int, int], sentence: str
) -> None:
    with pytest.raises(GraphError) as caught:
        build_graph([SchoolNode(id=one) for one in schools], [tie(*ends)] if ends[0] != ends[1] else [])

    assert str(caught.value) == sentence


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"supported": 1}, "school 1 cannot support itself"),
        ({"hours": -1.0}, "hours from 1 to 2 must be a number from 0 up"),
        ({"hours": float("nan")}, "hours from 1 to 2 must be a number from 0 up"),
        ({"ended_on": date(2024, 1, 1)}, "the tie from 1 to 2 ends on 2024-01-01, before it starts"),
    ],
)
def test_a_tie_that_cannot_be_is_refused(changes: dict[str, object], sentence: str) -> None:
    with pytest.raises(GraphError) as caught:
        tie(1, **{"supported": 2} | changes)  # type: ignore[arg-type]

    assert str(caught.value) == sentence


@pytest.mark.parametrize(
    ("state", "reached"), [("active", 1), ("tapering", 1), ("trial", 0), ("closed", 0), (None, 0)]
)
def test_support_arrives_while_active_or_tapering(state: str | None, reached: int) -> None:
    assert len(coverage(build_graph(SCHOOLS, [tie(1, 2, state=state)]), {2}).reached) == reached


def test_share_of_nobody_in_need_is_none() -> None:
    found = coverage(build_graph(SCHOOLS, []), set())

    assert (found.reached, found.missing, found.share) == ((), (), None)


def test_school_unknown_to_the_graph_is_missing() -> None:
    found = coverage(build_graph(SCHOOLS, [tie(1, 2)]), [99, 2, 3, 2])

    assert (found.reached, found.missing, found.share) == ((2,), (3, 99), 1 / 3)


def test_caseload_counts_schools_and_tells_who_carries_too_many() -> None:
    found = caseload(
        build_graph(SCHOOLS, [tie(1, 2, hours=4), tie(1, 3), tie(1, 4, state="trial")]), {1: 1, 5: 2}
    )

    assert found == (Caseload(1, (2, 3), 4.0, 1), Caseload(5, (), 0.0, 2))
    assert [one.over for one in found] == [1, 0]


def chain() -> SchoolGraph:
    """1 alone supports 2 and 3; 4 and 5 both support 6."""
    return build_graph(SCHOOLS, [tie(1, 2), tie(1, 3), tie(4, 6), tie(5, 6), tie(7, 6, state="trial")])


def test_who_is_alone_if_this_leader_leaves() -> None:
    assert [alone_without(chain(), leader) for leader in (1, 4, 7, 99)] == [(2, 3), (), (), ()]
    assert key_people(chain()) == (
        KeyPerson(1, (2, 3), (2, 3)),
        KeyPerson(4, (6,), ()),
        KeyPerson(5, (6,), ()),
    )


def test_coverage_falls_as_leaders_leave() -> None:
    assert robustness_worst_first(chain(), {2, 3, 6, 0}) == (3, 1, 1, 0)
    assert robustness_worst_first(chain(), set()) == (0, 0, 0, 0)
    assert robustness_at_random(build_graph(SCHOOLS, []), {1}, seed=0) == (0.0,)


def test_leaving_at_random_costs_what_chance_says() -> None:
    """One of three gone: 2 and 3 stand with chance 2/3, 6 surely. Two gone: 1/3 each, and 2/3."""
    found = robustness_at_random(chain(), {2, 3, 6}, seed=1, repetitions=4000)

    assert found == pytest.approx((3, 2 * 2 / 3 + 1, 2 / 3 + 2 / 3, 0), abs=0.05)
    assert found == robustness_at_random(chain(), {2, 3, 6}, seed=1, repetitions=4000)


@settings(max_examples=60)
@given(ties(), st.sets(st.integers(0, 7)))
def test_alone_is_whom_taking_the_leader_away_leaves_uncovered(found: list[Tie], need: set[int]) -> None:
    graph = build_graph(SCHOOLS, found)
    everyone = set(range(8))
    for leader in range(8):
        without = graph.copy()
        without.remove_edges_from(list(without.out_edges(leader)))
        lost = set(coverage(graph, everyone).reached) - set(coverage(without, everyone).reached)
        assert set(alone_without(graph, leader)) == lost
    falls = robustness_worst_first(graph, need)
    assert list(falls) == sorted(falls, reverse=True)
    assert falls[-1] == 0


def test_inputs_stay_as_they_were() -> None:
    graph = chain()
    before = nx.to_dict_of_dicts(graph.copy())

    robustness_worst_first(graph, {2, 3})

    assert nx.to_dict_of_dicts(graph) == before


@settings(max_examples=40)
@given(ties(), st.lists(st.integers(-5, 130), max_size=4))
def test_a_series_is_the_figures_of_each_day_once(found: list[Tie], offsets: list[int]) -> None:
    days = [DAY + timedelta(days=offset) for offset in offsets]

    rows = support_series(SCHOOLS, found, days, in_need={day: {1, 2} for day in days}, group="owner")

    assert sorted({row.on for row in rows}) == sorted(set(days))
    assert len({(row.on, row.metric) for row in rows}) == len(rows) == 12 * len(set(days))
    values = {(row.on, row.metric): row.value for row in rows}
    for day in days:
        graph = build_graph(SCHOOLS, found, on=day)
        assert values[day, "edges"] == graph.number_of_edges()
        assert values[day, "components"] == nx.number_weakly_connected_components(graph)
        assert values[day, "coverage_share"] == coverage(graph, {1, 2}).share


def test_a_series_tells_coverage_on_the_days_whose_need_is_known() -> None:
    later = DAY + timedelta(days=30)

    rows = support_series(SCHOOLS, [tie(1, 2)], [DAY, later], in_need={later: {2, 3}})

    assert [(row.on, row.value) for row in rows if row.metric == "coverage_share"] == [(later, 0.5)]
