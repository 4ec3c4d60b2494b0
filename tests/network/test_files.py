"""Graph files of other people: read as networkx reads them, refused where that would go wrong."""

import contextlib
from pathlib import Path

import networkx as nx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from network import tables
from network.errors import FileError
from network.files import read_graph
from network.metrics import measure, without_parallel

HEAD = '<?xml version="1.0"?><graphml xmlns="http://graphml.graphdrawing.org/xmlns">'


def graphml(inside: str, direction: str = "directed") -> str:
    return f'{HEAD}<graph edgedefault="{direction}">{inside}</graph></graphml>'


def written(tmp_path: Path, text: str, name: str = "ties.graphml") -> Path:
    path = tmp_path / name
    path.write_text(text, encoding="utf-8")
    return path


@pytest.mark.parametrize(
    "graph",
    [
        nx.gnp_random_graph(40, 0.05, seed=1, directed=True),
        nx.karate_club_graph(),
        nx.MultiDiGraph([(1, 2), (1, 2), (3, 3)]),
        nx.empty_graph(1, create_using=nx.DiGraph),
        nx.DiGraph(),
    ],
)
def test_graphml_reads_as_networkx_wrote_it(tmp_path: Path, graph: nx.Graph) -> None:
    path = tmp_path / "graph.graphml"
    nx.write_graphml(graph, path)

    found = read_graph(path)

    assert found.is_directed() == graph.is_directed()
    assert sorted(found.nodes) == sorted(map(str, graph.nodes))
    plain, taken = without_parallel(graph)
    again, taken_again = without_parallel(found)
    assert taken_again == taken
    assert measure(again).density == measure(plain).density


@pytest.mark.parametrize("names", ["source,target", "from,to", "Source;Target", "origen\tdestino"])
def test_csv_of_edges_is_found_by_its_columns(tmp_path: Path, names: str) -> None:
    part = next(one for one in ";\t," if one in names)

    graph = read_graph(written(tmp_path, f"note{part}{names}\nx{part}1{part}2\n", "ties.csv"))

    assert list(graph.edges()) == [("1", "2")]
    assert graph.is_directed()


def test_weights_and_direction_of_gephi_are_understood(tmp_path: Path) -> None:
    text = "Source,Target,Type,Id,Weight\n1,2,Undirected,0,2.5\n2,1,Undirected,1,\n"

    graph, taken = without_parallel(read_graph(written(tmp_path, text, "edges.csv")))

    assert (graph.is_directed(), taken) == (False, 1)
    assert list(graph.edges(data="weight")) == [("1", "2", 3.5)]


def test_header_alone_is_an_empty_graph(tmp_path: Path) -> None:
    assert len(read_graph(written(tmp_path, "source,target\n", "ties.csv"))) == 0


def test_values_that_hold_by_default_are_given_to_those_that_say_nothing(tmp_path: Path) -> None:
    keys = '<key id="o" for="node" attr.name="owner" attr.type="string"><default>x</default></key>'
    text = graphml('<node id="1"><data key="o">y</data></node><node id="2"/>').replace(
        "<graph ", keys + "<graph "
    )

    assert dict(read_graph(written(tmp_path, text)).nodes(data="owner")) == {"1": "y", "2": "x"}


BOMB = '<?xml version="1.0"?><!DOCTYPE g [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]><graphml>&b;</graphml>'
REFUSED = [
    (BOMB, "ties.graphml, line 1: the file has a DOCTYPE, which could make it expand without end; remove it"),
    (
        graphml('<node id="1"/>')[:-4],
        "ties.graphml is not well-formed XML: unclosed token: line 1, column 128",
    ),
    ("<html></html>", "ties.graphml, line 1: the document is <html>, not <graphml>"),
    (f"{HEAD}</graphml>", "ties.graphml has no graph"),
    (
        f"{HEAD}<graph edgedefault='directed'/><graph edgedefault='directed'/></graphml>",
        "ties.graphml, line 1: there is more than one graph; keep one",
    ),
    (
        graphml('<node id="1"><graph edgedefault="directed"/></node>'),
        "ties.graphml, line 1: a node holds a graph of its own; keep one graph without groups",
    ),
    (graphml('<node id="1"/><node id="1"/>'), "ties.graphml, line 1: the node '1' comes twice"),
    (graphml("<node/>"), "ties.graphml, line 1: a node has no id"),
    (graphml('<node id="1"/><edge source="1"/>'), "ties.graphml, line 1: an edge has no target"),
    (graphml("<hyperedge/>"), "ties.graphml, line 1: an edge of more than two ends cannot be read"),
    (
        graphml('<node id="1"/><edge source="1" target="7"/><edge source="8" target="1"/>'),
        "ties.graphml, line 1: an edge names the node '7' (and 1 more), which the file does not declare",
    ),
    (
        graphml('<node id="1"/><edge source="1" target="1" directed="false"/>'),
        "ties.graphml is not valid GraphML: directed=false edge found in directed graph.",
    ),
    (
        graphml('<node id="1"><data key="d0">x</data></node>'),
        "ties.graphml is not valid GraphML: Bad GraphML data: no key d0",
    ),
]


@pytest.mark.parametrize(("text", "sentence"), REFUSED)
def test_graphml_that_would_be_read_wrongly_is_refused(tmp_path: Path, text: str, sentence: str) -> None:
    path = written(tmp_path, text)

    with pytest.raises(FileError) as caught:
        read_graph(path)

    assert str(caught.value) == sentence


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", "ties.csv is empty"),
        ("a,b\n1,2\n", "ties.csv has no column 'source'; it has 'a', 'b'"),
        ("source,b\n1,2\n", "ties.csv has no column 'target'; it has 'source', 'b'"),
        ("source,target\n1,\n", "ties.csv, line 2: column 'target' is empty"),
        ("source,target\n1\n", "ties.csv, line 2: 1 cells where the header has 2"),
        ("source,target,weight\n1,2,-3\n", "ties.csv, line 2: the weight -3 is negative"),
        ("source,target,weight\n1,2,much\n", "ties.csv, line 2: 'much' in column 'weight' is not a number"),
        (
            "source,target,type\n1,2,Directed\n1,2,Undirected\n",
            "ties.csv mixes directed and undirected edges",
        ),
        ("source,target\n1,\x002\n", "ties.csv is not a text file"),
    ],
)
def test_csv_that_is_no_list_of_edges_is_refused(tmp_path: Path, text: str, sentence: str) -> None:
    with pytest.raises(FileError) as caught:
        read_graph(written(tmp_path, text, "ties.csv"))

    assert str(caught.value) == sentence


def test_file_that_is_not_there_and_a_folder_are_refused(tmp_path: Path) -> None:
    with pytest.raises(FileError, match=r"none\.csv cannot be read: No such file or directory"):
        read_graph(tmp_path / "none.csv")
    with pytest.raises(FileError, match="cannot be read: Is a directory"):
        read_graph(tmp_path)


def test_file_beyond_the_limit_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tables, "LARGEST_FILE", 10)

    with pytest.raises(FileError, match=r"ties\.csv is larger than 0 MB"):
        read_graph(written(tmp_path, "source,target\n1,2\n", "ties.csv"))


def test_latin_names_and_decimal_commas_are_read(tmp_path: Path) -> None:
    path = tmp_path / "ties.csv"
    path.write_bytes("origen;destino;horas\nÑuñoa;Peñalolén;1,5\n".encode("cp1252"))

    assert list(read_graph(path).edges(data="weight")) == [("Ñuñoa", "Peñalolén", 1.5)]


SOUND = (
    graphml('<node id="1"/><node id="2"/><edge source="1" target="2"/>'),
    "source,target,weight\n1,2,3\n2,3,\n",
    'from;to\n"a";"b"\n',
)
DAMAGE = [
    "",
    ",",
    "\n",
    '"',
    ";",
    "inf",
    "1e400",
    "--1",
    "9" * 30,
    "\xff",
    "\0",
    "<graph>",
    "&x;",
    "\ufeff",
    "\r",
]


@settings(max_examples=300, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    text=st.sampled_from(SOUND),
    damage=st.lists(st.tuples(st.floats(0, 1), st.integers(0, 8), st.sampled_from(DAMAGE)), max_size=5),
)
def test_a_damaged_file_is_answered_or_refused(
    tmp_path: Path, text: str, damage: list[tuple[float, int, str]]
) -> None:
    for share, length, piece in damage:
        place = int(share * len(text))
        text = text[:place] + piece + text[place + length :]

    path = written(tmp_path, text)

    with contextlib.suppress(FileError):
        found = measure(without_parallel(read_graph(path))[0])
        assert 0 <= found.components <= found.nodes
