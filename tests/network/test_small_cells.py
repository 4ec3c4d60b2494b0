"""No count of 1 to 9 can be worked out from what is shown (feature G10)."""

from fractions import Fraction
from itertools import combinations, product

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from network.errors import NetworkError
from network.small_cells import Cell, showable

DIMENSIONS = ("service", "rural", "ses")


@st.composite
def tables(draw):
    """Schools with three attributes on two days: margins, one-way and two-way tables of both."""
    groups = draw(
        st.lists(
            st.tuples(
                *(st.integers(0, n) for n in (3, 1, 2)), st.booleans(), st.booleans(), st.integers(1, 30)
            ),
            min_size=1,
            max_size=7,
        )
    )
    schools = [group[:5] for group in groups for _ in range(group[5])]
    cells = []
    for date, measure in product((0, 1), ("all", "reached")):
        chosen = [n for n, one in enumerate(schools) if measure == "all" or one[3 + date]]
        for size in (0, 1, 2):
            for dims in combinations(range(3), size):
                for values in sorted({tuple(one[d] for d in dims) for one in schools}):
                    key = {DIMENSIONS[d]: v for d, v in zip(dims, values, strict=True)}
                    members = frozenset(n for n in chosen if tuple(schools[n][d] for d in dims) == values)
                    cells.append(Cell({"measure": measure, **key}, members, date))
    return cells


class Attacker:
    """Solves the equations of everything shown, in exact arithmetic: a row for each count over the units."""

    def __init__(self, cells, shown):
        self.rows = []
        for cell in (cell for cell, seen in zip(cells, shown, strict=True) if seen):
            rest = self.rest({unit: Fraction(1) for unit in cell.members})
            if rest:
                pivot = min(rest)
                self.rows.append((pivot, {unit: value / rest[pivot] for unit, value in rest.items()}))

    def rest(self, vector):
        for pivot, row in self.rows:
            factor = vector.get(pivot, 0)
            if factor:
                vector = {
                    u: value
                    for u in vector.keys() | row.keys()
                    if (value := vector.get(u, Fraction(0)) - factor * row.get(u, Fraction(0)))
                }
        return vector

    def knows(self, plus, minus=frozenset()):
        vector = {unit: Fraction(1) for unit in plus - minus} | {unit: Fraction(-1) for unit in minus - plus}
        return not self.rest(vector)


def merged(cells):
    """One unit for all that lie in the same cells, with how many it stands for: exact, and far smaller."""
    pattern = {}
    for number, cell in enumerate(cells):
        for unit in cell.members:
            pattern.setdefault(unit, []).append(number)
    first, weight = {}, {}
    for unit, where in sorted(pattern.items()):
        kept = first.setdefault(tuple(where), unit)
        weight[kept] = weight.get(kept, 0) + 1
    return [Cell(c.key, frozenset(c.members & weight.keys()), c.date) for c in cells], weight


@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@given(tables())
def test_nobody_can_work_out_a_small_count(cells):
    shown = showable(cells)
    assert not any(seen and 0 < cell.count < 10 for cell, seen in zip(cells, shown, strict=True))
    small, weight = merged(cells)
    attacker = Attacker(small, shown)

    def size(units):
        return sum(weight[unit] for unit in units)

    for cell in small:
        assert not (0 < size(cell.members) < 10 and attacker.knows(cell.members)), cell.key
    for a, b in combinations(small, 2):
        for part in (a.members & b.members, a.members - b.members, b.members - a.members):
            assert not (0 < size(part) < 10 and attacker.knows(part)), (a.key, b.key)
        if a.date != b.date and a.key == b.key:
            change = abs(size(a.members) - size(b.members))
            assert not (0 < change < 10 and attacker.knows(a.members, b.members)), a.key
    for unit, count in weight.items():
        assert count >= 10 or not attacker.knows(frozenset({unit}))


@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@given(tables())
def test_the_hidden_cells_of_a_breakdown_are_not_few_together(cells):
    shown = showable(cells)
    small, weight = merged(cells)
    attacker = Attacker(small, shown)
    for number, whole in enumerate(small):
        for name in DIMENSIONS:
            parts = [
                n
                for n, cell in enumerate(small)
                if cell.date == whole.date
                and cell.key == {**whole.key, name: cell.key.get(name)} != whole.key
                and name not in whole.key
            ]
            hidden = [n for n in parts if not shown[n]]
            together = frozenset().union(*(small[n].members for n in hidden))
            if shown[number] and hidden:
                count = sum(weight[unit] for unit in together)
                assert not (0 < count < 10 and attacker.knows(together)), (whole.key, name)


def test_what_is_large_everywhere_is_all_shown():
    cells = [Cell({}, frozenset(range(60)))] + [
        Cell({"service": n}, frozenset(range(20 * n, 20 * n + 20))) for n in range(3)
    ]
    assert showable(cells) == (True,) * 4


def test_a_later_day_that_differs_by_few_is_not_shown():
    before = Cell({"measure": "reached"}, frozenset(range(40)), date=1)
    after = Cell({"measure": "reached"}, frozenset(range(43)), date=2)
    assert showable([before, after]) == (True, False)
    assert showable([before, Cell({"measure": "reached"}, frozenset(range(55)), date=2)]) == (True, True)


def test_two_hidden_cells_that_make_nine_take_a_third_with_them():
    cells = [
        Cell({}, frozenset(range(100))),
        Cell({"service": "a"}, frozenset(range(60))),
        Cell({"service": "b"}, frozenset(range(60, 91))),
        Cell({"service": "c"}, frozenset(range(91, 96))),
        Cell({"service": "d"}, frozenset(range(96, 100))),
    ]
    assert showable(cells) == (True, True, False, False, False)


def test_nobody_is_zero_and_zero_is_shown():
    assert showable([Cell({}, frozenset())]) == (True,)
    assert showable([]) == ()


def test_a_table_that_names_a_cell_twice_or_a_limit_below_one_is_refused():
    with pytest.raises(NetworkError, match="same key"):
        showable([Cell({}), Cell({})])
    with pytest.raises(NetworkError, match="1 or more"):
        showable([Cell({})], k=0)
