"""``minga network``: any graph file, no database."""

import json
from pathlib import Path

import networkx as nx

from tests.service.cli.conftest import Minga


def test_analyse_answers_with_the_fields_scripts_rely_on(run: Minga, tmp_path: Path) -> None:
    path = tmp_path / "ties.csv"
    path.write_text("source,target\n1,2\n1,2\n2,1\n2,3\n4,4\n", encoding="utf-8")

    answer = run("network", "analyse", path, "--json")

    assert answer.exit_code == 0
    assert json.loads(answer.stdout) == {
        "nodes": 4,
        "edges": 4,
        "directed": True,
        "parallel_edges": 1,
        "loops": 1,
        "components": 2,
        "largest_component": 3,
        "isolated": 0,
        "isolated_nodes": [],
        "reciprocity": 0.5,
        "density": 4 / 12,
        "centralisation": 4 / 6,
        "out_centralisation": 5 / 9,
        "ei_index": None,
        "articulation": ["2"],
    }
    assert answer.stderr == "minga: 1 parallel edges are counted with the first of their kind\n"


def test_analyse_bridges_between_groups_of_a_graphml(run: Minga, tmp_path: Path) -> None:
    graph = nx.DiGraph([("1", "2"), ("2", "3")])
    nx.set_node_attributes(graph, {"1": "a", "2": "b", "3": "a"}, "owner")
    nx.write_graphml(graph, tmp_path / "ties.graphml")

    answer = run("network", "analyse", tmp_path / "ties.graphml", "--group", "owner", "--json")

    assert json.loads(answer.stdout)["ei_index"] == 1.0


def test_analyse_tells_people_what_is_to_be_seen(run: Minga, tmp_path: Path) -> None:
    nx.write_graphml(nx.star_graph(4), tmp_path / "star.graphml")
    nx.write_graphml(nx.DiGraph(), tmp_path / "empty.graphml")

    star, empty = (run("network", "analyse", tmp_path / f"{name}.graphml") for name in ("star", "empty"))

    assert star.stdout.splitlines()[-1] == (
        "100% of the nodes hang together; without any one of 1 nodes a part of it falls apart."
    )
    assert empty.stdout.splitlines()[-1] == "Nobody is tied to anybody."


def test_analyse_refuses_in_one_line_and_makes_no_database(run: Minga, tmp_path: Path) -> None:
    (tmp_path / "ties.csv").write_text("a,b\n1,2\n", encoding="utf-8")

    for words, sentence in (
        (("ties.csv",), "minga: ties.csv has no column 'source'; it has 'a', 'b'\n"),
        (("none.csv",), "minga: none.csv cannot be read: No such file or directory\n"),
    ):
        answer = run("network", "analyse", *(tmp_path / word for word in words), "--json")
        assert (answer.exit_code, answer.stdout, answer.stderr) == (2, "", sentence)
    assert not (tmp_path / "minga.sqlite").exists()
