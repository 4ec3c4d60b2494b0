"""The network as a file for others: read back it is equal, and Gephi's rules are kept."""

from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from network.build import build_graph
from network.errors import FileError
from network.exchange import NetworkFile, as_file, read_csv, schools_csv, ties_csv
from network.exchange_xml import read_gexf, read_graphml, to_gexf, to_graphml
from network.files import read_graph
from network.metrics import measure, without_parallel
from network.records import SchoolNode, Tie
from tests.network.gexf_rules import faults

DAY = date(2024, 3, 1)
WORDS = st.text(st.characters(codec="utf-8"), max_size=12)
CODES = {number: f"cl:{10_000 + number}" for number in range(6)}


@st.composite
def networks(draw: st.DrawFn) -> NetworkFile:
    names = st.sampled_from(["name", "owner", "service", "=1+1", "'x"])
    schools = [SchoolNode(id=number, groups=draw(st.dictionaries(names, WORDS))) for number in CODES]
    ties = []
    for _ in range(draw(st.integers(0, 8))):
        a, b = draw(st.lists(st.sampled_from(sorted(CODES)), min_size=2, max_size=2, unique=True))
        began = DAY + timedelta(days=draw(st.integers(0, 50)))
        ends = draw(
            st.none() | st.integers(0, 50).map(lambda days, began=began: began + timedelta(days=days))
        )
        ties.append(
            Tie(
                supporting=a,
                supported=b,
                started_on=began,
                ended_on=ends,
                hours=draw(st.floats(0, 1e6)),
                kind=draw(st.sampled_from(["partnership", "visit", "session", "chosen"])),
                state=draw(st.none() | st.sampled_from(["active", "closed"])),
                leader=draw(st.none() | WORDS),
                chosen=draw(st.booleans()),
            )
        )
    return as_file(schools, ties, CODES)


@given(networks())
def test_what_is_exported_reads_back_equal(network: NetworkFile) -> None:
    assert read_csv(schools_csv(network), ties_csv(network)) == network
    assert read_graphml(to_graphml(network), "a.graphml") == network
    assert read_gexf(to_gexf(network), "a.gexf") == network


@given(networks(), st.none() | st.just(DAY))
def test_gexf_keeps_the_rules_of_its_version(network: NetworkFile, modified: date | None) -> None:
    assert faults(to_gexf(network, modified_on=modified)) == []


@pytest.mark.parametrize(
    ("right", "wrong", "said"),
    [
        ('version="1.3"', 'version="1.2"', "<gexf version='1.2'>"),
        ('timeformat="date"', 'timeformat="day"', "<graph timeformat='day'>"),
        ('weight="3.0"', 'weight="much"', "<edge weight='much'>"),
        ('for="state"', 'for="stage"', "stage is not declared"),
        (' target="cl:10002"', "", "<edge> lacks target"),
    ],
)
def test_a_breach_of_the_rules_would_be_seen(right: str, wrong: str, said: str) -> None:
    text = to_gexf(small()).decode()

    assert right in text
    assert said in faults(text.replace(right, wrong).encode())


def small() -> NetworkFile:
    ties = [Tie(supporting=1, supported=2, started_on=DAY, hours=3.0, state="active", leader="Ana")]
    return as_file([SchoolNode(id=number) for number in CODES], ties, CODES)


@pytest.mark.parametrize("kind", ["graphml", "gexf", "csv"])
def test_an_exported_file_has_the_figures_of_the_graph(tmp_path: Path, kind: str) -> None:
    ties = [
        Tie(supporting=a, supported=b, started_on=DAY, hours=1.0)
        for a, b in ((0, 1), (1, 0), (1, 2), (1, 2), (4, 5))
    ]
    schools = [SchoolNode(id=number) for number in CODES]
    network = as_file(schools, ties, CODES)
    path = tmp_path / f"out.{kind}"
    written = {"graphml": to_graphml, "gexf": to_gexf, "csv": lambda one: ties_csv(one).encode()}
    path.write_bytes(written[kind](network))

    found = measure(without_parallel(read_graph(path))[0])

    expected = measure(build_graph(schools, ties))
    assert (found.edges, found.reciprocity) == (expected.edges, expected.reciprocity)
    lone = 0 if kind == "csv" else 1  # a list of ties has no place for a school without any
    assert (found.components - lone, len(found.isolated)) == (expected.components - 1, lone)


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        (b"<gexf", "x.gexf is not well-formed XML: unclosed token: line 1, column 0"),
        (b"<gexf/>", "x.gexf is not in the form http://gexf.net/1.3"),
        (b"<!DOCTYPE g []><gexf/>", "x.gexf, line 1: the file has a DOCTYPE"),
        (
            b'<gexf xmlns="http://gexf.net/1.3"><graph><edges><edge weight="1"/></edges></graph></gexf>',
            "x.gexf was not written as a support graph",
        ),
    ],
)
def test_a_file_that_is_no_such_gexf_is_refused(text: bytes, sentence: str) -> None:
    with pytest.raises(FileError) as caught:
        read_gexf(text, "x.gexf")

    assert str(caught.value).startswith(sentence)


ONE_EDGE = "<graph><nodes><node id='1'/></nodes><edges><edge source='1' target='1' {}/></edges></graph>"


@pytest.mark.parametrize(
    ("inside", "sentence"),
    [
        ("", "has no graph"),
        ("<graph><nodes><node/></nodes></graph>", "a node has no id"),
        ("<graph><edges><edge source='1' target='2'/></edges></graph>", "which are not both nodes"),
        (ONE_EDGE.format("type='directed'"), "mixes directed and undirected edges"),
        (ONE_EDGE.format("weight='-1'"), "is not a number from 0 up"),
        (ONE_EDGE.format("weight='x'"), "the weight 'x' is not a number"),
    ],
)
def test_other_peoples_gexf_that_would_be_read_wrongly_is_refused(
    tmp_path: Path, inside: str, sentence: str
) -> None:
    path = tmp_path / "x.gexf"
    path.write_text(f"<gexf>{inside}</gexf>", encoding="utf-8")

    with pytest.raises(FileError) as caught:
        read_graph(path)

    assert sentence in str(caught.value)
