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


def test_analyse_tells_on_how_many_ways_each_node_lies(run: Minga, tmp_path: Path) -> None:
    path = tmp_path / "ties.gexf"
    path.write_text(
        '<gexf><graph defaultedgetype="directed"><nodes><node id="a"/><node id="b"/><node id="c"/></nodes>'
        '<edges><edge source="a" target="b"/><edge source="b" target="c"/></edges></graph></gexf>',
        encoding="utf-8",
    )

    answer = run("network", "analyse", path, "--betweenness", "--json")

    assert json.loads(answer.stdout)["betweenness"] == {
        "exact": True,
        "sources": 3,
        "error_of_all": 0.0,
        "nodes": [
            {"node": "b", "value": 0.5, "error": 0.0},
            {"node": "a", "value": 0.0, "error": 0.0},
            {"node": "c", "value": 0.0, "error": 0.0},
        ],
    }


def test_metrics_of_the_demo_country_before_any_tie_are_schools_alone(demo: Minga) -> None:
    answer = demo("network", "metrics", "--territory", "all", "--at", "1990-01-01", "--json")

    assert answer.exit_code == 0
    found = json.loads(answer.stdout)
    assert found["nodes"] == found["isolated"] == found["components"] > 100
    assert (found["edges"], found["reciprocity"], found["ei_index"]) == (0, None, None)
    assert found["coverage"]["share"] == 0
    assert {"density", "centralisation", "articulation", "caseload"} <= set(found)


def test_metrics_refuse_a_day_and_a_territory_that_are_none(demo: Minga) -> None:
    assert demo("network", "metrics", "--at", "31-12-2024").exit_code == 2
    assert demo("network", "metrics", "--territory", "slep:99999").exit_code == 3


def test_an_exported_territory_is_measured_alike_again(demo: Minga, tmp_path: Path) -> None:
    counted = {}
    for kind in ("graphml", "gexf"):
        path = tmp_path / f"red.{kind}"
        answer = demo("network", "export", "--format", kind, path, "--json")
        assert json.loads(answer.stdout)["files"] == [str(path)]
        counted[kind] = json.loads(demo("network", "analyse", path, "--json").stdout)

    assert counted["graphml"] == counted["gexf"]
    table = demo("network", "export", "--format", "csv", tmp_path / "red.csv", "--json")
    assert [Path(one).name for one in json.loads(table.stdout)["files"]] == ["red.csv", "red-schools.csv"]
    schools = (tmp_path / "red-schools.csv").read_text(encoding="utf-8").splitlines()
    assert len(schools) == 1 + counted["gexf"]["nodes"]


def test_a_file_that_cannot_be_written_is_told(demo: Minga, tmp_path: Path) -> None:
    answer = demo("network", "export", "--format", "gexf", tmp_path / "nowhere" / "red.gexf")

    assert answer.exit_code == 2
    assert "No se puede escribir" in answer.stderr
