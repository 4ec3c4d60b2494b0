"""Other people's graphs: GraphML, GEXF or a CSV list of edges, read without trusting them."""

import io
import math
import warnings
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias
from xml.etree import ElementTree
from xml.parsers import expat

import networkx as nx

from network.errors import FileError
from network.tables import Table, parse_table, read_bytes, read_text
from network.xml_safety import inspect_xml

if TYPE_CHECKING:
    AnyGraph: TypeAlias = nx.Graph[str]
else:
    AnyGraph = nx.Graph

LARGEST_GRAPHML = 100_000_000
"""Bytes; read whole, it takes about ten times as much memory."""

SOURCES = ("source", "from", "origin", "origen", "desde", "supporting", "leader_school")
TARGETS = ("target", "to", "destination", "destino", "hasta", "supported", "school")
WEIGHTS = ("weight", "hours", "peso", "horas")
UNREADABLE = (nx.NetworkXException, ValueError, LookupError, TypeError, AttributeError)
"""What networkx's reader ends with on a file that is XML but no GraphML as written down."""


def read_graph(path: str | Path) -> AnyGraph:
    """Read a graph file, whichever of the three kinds it is, by its content.

    Parameters
    ----------
    path : str or Path
        GraphML, GEXF, or CSV with a column ``source`` (or ``from``) and a column ``target`` (or ``to``);
        ``weight`` (or ``hours``) and Gephi's ``Type`` are understood.

    Returns
    -------
    nx.DiGraph, nx.Graph or their Multi- forms
        Parallel edges are kept. Nodes are words.

    Raises
    ------
    FileError
        The file is neither, contradicts itself, or is unsafe to read.
    """
    source = Path(path)
    data = read_bytes(source)
    head = data[:400].replace(b"\0", b"").lstrip(b"\xef\xbb\xbf\xff\xfe \t\r\n")
    if b"<gexf" in head:
        return parse_gexf(data, source.name)
    if head.startswith(b"<"):
        return parse_graphml(data, source.name)
    return edge_list(parse_table(read_text(source), source.name))


def edge_list(table: Table) -> AnyGraph:
    """A graph from a table of edges, directed unless a column ``Type`` says ``Undirected`` throughout.

    Raises
    ------
    FileError
        A column is missing, an end is empty, a weight is negative or no number, or the table mixes
        directed and undirected edges.

    Examples
    --------
    >>> graph = edge_list(parse_table("from,to,hours\\n1,2,4\\n1,2,3\\n", "ties.csv"))
    >>> list(graph.edges(data="weight"))
    [('1', '2', 4.0), ('1', '2', 3.0)]
    """
    sources = table.filled(table.first_column_of(SOURCES))
    targets = table.filled(table.first_column_of(TARGETS))
    folded = {column.casefold() for column in table.columns}
    weighed = [name for name in WEIGHTS if name in folded]
    weights = table.numbers(table.first_column_of(weighed[:1])) if weighed else [math.nan] * len(sources)
    kinds = (
        {cell.casefold() for cell in table.column(table.first_column_of(["type"]))}
        if "type" in folded
        else set()
    )
    if {"directed", "undirected"} <= kinds:
        raise FileError(f"{table.name} mixes directed and undirected edges")
    graph: AnyGraph = nx.MultiGraph() if kinds == {"undirected"} else nx.MultiDiGraph()
    for a, b, weight, line in zip(sources, targets, weights, table.lines, strict=True):
        if weight < 0:
            raise FileError(f"the weight {weight:g} is negative", where=f"{table.name}, line {line}")
        graph.add_edge(a, b, weight=1.0 if math.isnan(weight) else weight)
    return graph


def parse_graphml(data: bytes, name: str) -> AnyGraph:
    """A graph from GraphML, after a look at it that refuses what the reader would get wrong.

    Raises
    ------
    FileError
        It is no XML or no GraphML, has a DOCTYPE or entities, more than one graph, a graph inside a node,
        hyperedges, a node twice, or an edge to a node that the file does not declare.
    """
    if len(data) > LARGEST_GRAPHML:
        raise FileError(f"{name} is larger than {LARGEST_GRAPHML // 1_000_000} MB")
    _Inspection(name).inspect(data)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", UserWarning)  # a key without a type holds words
            graph: AnyGraph = nx.read_graphml(io.BytesIO(data))
    except UNREADABLE as error:
        reason = " ".join(str(error).split())[:200]
        raise FileError(f"{name} is not valid GraphML: {reason}") from error
    _fill_defaults(graph)
    return graph


def parse_gexf(data: bytes, name: str) -> AnyGraph:
    """A graph from GEXF of any version: nodes, their label, edges and weights, whatever else there is.

    Raises
    ------
    FileError
        It is no XML, an edge lacks an end or names a node that is not there, or a weight is no number.
    """
    inspect_xml(data, name)
    root = ElementTree.fromstring(data)
    held = root.find("{*}graph")
    if held is None:
        raise FileError(f"{name} has no graph")
    directed = held.get("defaultedgetype", "undirected") == "directed"
    graph: AnyGraph = nx.MultiDiGraph() if directed else nx.MultiGraph()
    for node in held.iterfind("{*}nodes/{*}node"):
        if node.get("id") is None or node.attrib["id"] in graph:
            raise FileError(f"{name}: a node has no id, or one that comes twice ('{node.get('id')}')")
        graph.add_node(node.attrib["id"], label=node.get("label", ""))
    for edge in held.iterfind("{*}edges/{*}edge"):
        ends = edge.get("source"), edge.get("target")
        if None in ends or ends[0] not in graph or ends[1] not in graph:
            raise FileError(f"{name}: an edge runs from '{ends[0]}' to '{ends[1]}', which are not both nodes")
        if edge.get("type", "directed" if directed else "undirected") != (
            "directed" if directed else "undirected"
        ):
            raise FileError(f"{name} mixes directed and undirected edges")
        try:
            weight = float(edge.get("weight", "1"))
        except ValueError as error:
            raise FileError(f"{name}: the weight '{edge.get('weight')}' is not a number") from error
        if not 0 <= weight < math.inf:
            raise FileError(f"{name}: the weight {weight:g} is not a number from 0 up")
        graph.add_edge(str(ends[0]), str(ends[1]), weight=weight)
    return graph


def _fill_defaults(graph: AnyGraph) -> None:
    """Give nodes and edges the values that the file declares for those that say nothing."""
    for _, data in graph.nodes(data=True):
        data.update({**graph.graph.get("node_default", {}), **data})
    for _, _, data in graph.edges(data=True):
        data.update({**graph.graph.get("edge_default", {}), **data})


class _Inspection:
    """One pass over the XML that keeps ids only."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.open: list[str] = []
        self.graphs = 0
        self.nodes: set[str] = set()
        self.ends: dict[str, int] = {}
        self.parser = expat.ParserCreate(namespace_separator=" ")
        self.parser.StartDoctypeDeclHandler = self._doctype
        self.parser.StartElementHandler = self._start
        self.parser.EndElementHandler = self._end

    def inspect(self, data: bytes) -> None:
        """Refuse the file, or return."""
        try:
            self.parser.Parse(data, True)
        except FileError:
            raise
        except (expat.ExpatError, LookupError, ValueError) as error:
            raise FileError(f"{self.name} is not well-formed XML: {error}") from error
        if not self.graphs:
            raise FileError(f"{self.name} has no graph")
        unknown = sorted(set(self.ends) - self.nodes)
        if unknown:
            line, more = self.ends[unknown[0]], len(unknown) - 1
            others = f" (and {more} more)" if more else ""
            said = f"an edge names the node '{unknown[0]}'{others}, which the file does not declare"
            raise FileError(said, where=f"{self.name}, line {line}")

    def _doctype(self, *_: object) -> None:
        self._refuse("the file has a DOCTYPE, which could make it expand without end; remove it")

    def _start(self, tag: str, attributes: dict[str, str]) -> None:
        element = tag.rpartition(" ")[2]
        if not self.open and element != "graphml":
            self._refuse(f"the document is <{element}>, not <graphml>")
        if element == "graph":
            self.graphs += 1
            if "node" in self.open:
                self._refuse("a node holds a graph of its own; keep one graph without groups")
            if self.graphs > 1:
                self._refuse("there is more than one graph; keep one")
        elif element == "hyperedge":
            self._refuse("an edge of more than two ends cannot be read")
        elif element == "node":
            self._node(attributes.get("id"))
        elif element == "edge":
            for end in ("source", "target"):
                if end not in attributes:
                    self._refuse(f"an edge has no {end}")
                self.ends.setdefault(attributes[end], self.parser.CurrentLineNumber)
        self.open.append(element)

    def _node(self, node: str | None) -> None:
        if node is None:
            self._refuse("a node has no id")
        elif node in self.nodes:
            self._refuse(f"the node '{node}' comes twice")
        else:
            self.nodes.add(node)

    def _end(self, _tag: str) -> None:
        self.open.pop()

    def _refuse(self, sentence: str) -> None:
        raise FileError(sentence, where=f"{self.name}, line {self.parser.CurrentLineNumber}")
