"""Moves between levels, and printed tables that contradict themselves."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from network.clusters import CLUSTERS, Disagreement, PublishedTable, disagreements, mobility
from network.errors import FileError, TrajectoryError
from network.level_tables import level_pairs
from network.published_tables import published_table
from network.tables import parse_table, read_table

LEVELS = st.lists(st.tuples(st.integers(1, 11), st.integers(1, 11)), min_size=1, max_size=60)


@pytest.mark.shared_data
def test_published_moves_of_chile_are_reproduced(shared_data: Path) -> None:
    table = published_table(read_table(shared_data / "reference/ide_mobility_chile_2002_2010.csv"), 3669)

    found = mobility(*table.pairs())

    assert (found.n, found.up, found.same, found.down) == (3669, 1513, 1230, 926)
    assert [f"{share:.1%}" for share in (found.up_share, found.same_share, found.down_share)] == [
        "41.2%",
        "33.5%",
        "25.2%",
    ]
    assert found.labels == tuple(range(1, 12))
    assert tuple(map(sum, found.matrix)) == (386, 668, 847, 685, 484, 356, 195, 42, 5, 1, 0)
    assert tuple(map(sum, zip(*found.matrix, strict=True))) == (
        *(291, 528, 777, 744, 622, 414, 223, 57, 10, 2, 1),
    )
    assert disagreements(table) == ()


@pytest.mark.shared_data
def test_table_of_low_schools_adds_to_219_where_217_is_printed(shared_data: Path) -> None:
    table = published_table(
        read_table(shared_data / "reference/ide_mobility_chile_low_ses_2002_2010.csv"), 217
    )
    as_printed = PublishedTable(table.starts, table.ends, table.cells, table.row_totals, {4: 19}, 217)

    assert disagreements(as_printed) == (Disagreement("column 4", 21, 19), Disagreement("all", 219, 217))
    assert mobility(*table.pairs()).n == 219


@pytest.mark.shared_data
def test_table_of_upper_middle_schools_adds_up(shared_data: Path) -> None:
    path = shared_data / "reference/ide_mobility_chile_upper_middle_ses_2002_2010.csv"

    assert disagreements(published_table(read_table(path), 501)) == ()


@pytest.mark.shared_data
def test_cluster_names_are_the_published_ones(shared_data: Path) -> None:
    table = read_table(shared_data / "reference/ide_clusters.csv")

    assert tuple(table.column("name_es")) == CLUSTERS


@given(LEVELS)
def test_every_unit_is_counted_once_and_turning_time_round_turns_moves_round(
    pairs: list[tuple[int, int]],
) -> None:
    start, end = [a for a, _ in pairs], [b for _, b in pairs]

    found, back = mobility(start, end), mobility(end, start)

    assert found.up + found.same + found.down == found.n == len(pairs)
    assert found.up == sum(b > a for a, b in pairs)
    assert (found.up, found.same, found.down) == (back.down, back.same, back.up)
    assert found.matrix == tuple(zip(*back.matrix, strict=True))


def test_nobody_to_count_is_refused() -> None:
    with pytest.raises(TrajectoryError, match="no unit has both a start and an end"):
        mobility([], [])


def test_pairs_may_be_named_clusters_and_a_gap_is_told_apart() -> None:
    table = parse_table("unit;start;end\n1;Crítico;básico (-)\n2;Precario;\n", "pairs.csv")

    pairs = level_pairs(table)

    assert (pairs.start, pairs.end, pairs.missing) == ((1.0,), (3.0,), ("2",))


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("unit,start\n1,2\n", "pairs.csv has no column 'end'; it has 'unit', 'start'"),
        ("unit,start,end\n1,2,3\n1,2,3\n", "pairs.csv, line 3: unit 1 comes a second time"),
        ("unit,start,end\n1,2,high\n", "pairs.csv, line 2: 'high' in column 'end' is not a number"),
        ("unit,start,end\n1,2\n", "pairs.csv, line 2: 2 cells where the header has 3"),
        ("unit,start,end\n,2,3\n", "pairs.csv, line 2: column 'unit' is empty"),
        ("unit,start,end\n1,2,inf\n", "pairs.csv, line 2: 'inf' in column 'end' is not a number"),
        ('unit,start,end\n1,2,"3\n', "pairs.csv, line 2: not a CSV table (unexpected end of data)"),
        ("\n \n", "pairs.csv is empty"),
        (",\n", "pairs.csv is empty"),
        ("unit,start,end\n1,2,1e16\n", "pairs.csv, line 2: '1e16' in column 'end' is too large"),
        ("unit,start,end\n1,2,1_0\n", "pairs.csv, line 2: '1_0' in column 'end' is not a number"),
    ],
)
def test_file_that_holds_no_pairs_is_refused_in_a_sentence(text: str, sentence: str) -> None:
    with pytest.raises(FileError) as caught:
        level_pairs(parse_table(text, "pairs.csv"))

    assert str(caught.value) == sentence


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("from,1,two\n1,0,1\n", "moves.csv: 'two' is not a whole number"),
        ("from,1,1\n1,0,1\n", "moves.csv has two columns for one level"),
        ("from,1,2\n1,0,1\n1,3,1\n", "moves.csv has two rows for one level"),
        ("from,1,2\n1,0,-1\n", "moves.csv: '-1' is not a whole number"),
        ("from,1\n1,99999999\n", "moves.csv counts 99999999 units"),
        ("from,1,2\n1,0,0\n", "moves.csv counts no units"),
    ],
)
def test_file_that_holds_no_printed_table_is_refused(text: str, sentence: str) -> None:
    with pytest.raises(FileError) as caught:
        published_table(parse_table(text, "moves.csv"))

    assert str(caught.value) == sentence


def test_printed_totals_of_columns_are_read_from_a_last_row() -> None:
    text = "from,1,2,total_published\n1,3,1,4\n2,0,5,5\ntotal_published,3,7,9\n"

    table = published_table(parse_table(text, "moves.csv"))

    assert disagreements(table) == (Disagreement("column 2", 6, 7),)
