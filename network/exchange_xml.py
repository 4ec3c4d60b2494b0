"""The support graph as GraphML and as GEXF 1.3 with dates, and back."""

from collections.abc import Callable
from datetime import date
from xml.etree import ElementTree as ET

from network.errors import FileError
from network.exchange import FileSchool, FileTie, NetworkFile, group_names, tie_of
from network.xml_safety import inspect_xml

GEXF = "http://gexf.net/1.3"
GRAPHML = "http://graphml.graphdrawing.org/xmlns"
TIE_ATTRIBUTES = {"state": "string", "leader": "string", "chosen": "boolean"}
GRAPHML_TIE = {"weight": "double", "kind": "string", **TIE_ATTRIBUTES, "start": "string", "end": "string"}


def to_graphml(network: NetworkFile) -> bytes:
    """GraphML with one edge a tie; ``weight`` is hours, dates are words (GraphML has no type for them)."""
    root = ET.Element("graphml", xmlns=GRAPHML)
    names = group_names(network)
    for number, name in enumerate(names):
        _key(root, f"n{number}", "node", name, "string")
    for name, kind in GRAPHML_TIE.items():
        _key(root, name, "edge", name, kind)
    graph = ET.SubElement(root, "graph", id="support", edgedefault="directed")
    place = {name: f"n{number}" for number, name in enumerate(names)}
    for school in network.schools:
        node = ET.SubElement(graph, "node", id=school.code)
        for name, value in school.groups:
            ET.SubElement(node, "data", key=place[name]).text = value
    for number, tie in enumerate(network.ties):
        edge = ET.SubElement(graph, "edge", id=f"t{number}", source=tie.source, target=tie.target)
        for name, value in (("weight", repr(tie.hours)), ("kind", tie.kind), *_attributes(tie), *_dates(tie)):
            if value:
                ET.SubElement(edge, "data", key=name).text = value
    return _bytes(root)


def to_gexf(network: NetworkFile, *, modified_on: date | None = None) -> bytes:
    """GEXF 1.3 with the days each tie lasted, one edge a tie.

    Notes
    -----
    After the schema published at gexf.net for version 1.3: ``mode="dynamic"``, ``timeformat="date"``; an
    edge without ``end`` lasts. Several ties between two schools stay several edges.
    """
    root = ET.Element("gexf", xmlns=GEXF, version="1.3")
    meta = ET.SubElement(root, "meta", {"lastmodifieddate": modified_on.isoformat()} if modified_on else {})
    ET.SubElement(meta, "creator").text = "Minga"
    ET.SubElement(meta, "description").text = "Support between schools; weight is hours"
    graph = ET.SubElement(
        root,
        "graph",
        mode="dynamic",
        defaultedgetype="directed",
        timeformat="date",
        timerepresentation="interval",
        idtype="string",
    )
    names = group_names(network)
    declared = ET.SubElement(graph, "attributes", {"class": "node", "mode": "static"})
    for number, name in enumerate(names):
        ET.SubElement(declared, "attribute", id=f"n{number}", title=name, type="string")
    declared = ET.SubElement(graph, "attributes", {"class": "edge", "mode": "static"})
    for name, kind in TIE_ATTRIBUTES.items():
        ET.SubElement(declared, "attribute", id=name, title=name, type=kind)
    place = {name: f"n{number}" for number, name in enumerate(names)}
    nodes = ET.SubElement(graph, "nodes", count=str(len(network.schools)))
    for school in network.schools:
        label = dict(school.groups).get("name") or school.code
        node = ET.SubElement(nodes, "node", id=school.code, label=" ".join(label.split()))
        _values(node, [(place[name], value) for name, value in school.groups])
    edges = ET.SubElement(graph, "edges", count=str(len(network.ties)))
    for number, tie in enumerate(network.ties):
        said = {"id": str(number), "source": tie.source, "target": tie.target, "weight": repr(tie.hours)}
        said |= {"kind": tie.kind} if tie.kind else {}
        edge = ET.SubElement(edges, "edge", {**said, **dict(found for found in _dates(tie) if found[1])})
        _values(edge, [found for found in _attributes(tie) if found[1]])
    return _bytes(root)


def read_gexf(data: bytes, name: str) -> NetworkFile:
    """The network of a GEXF file that Minga wrote, or another tool kept in that form.

    Raises
    ------
    FileError
        It is no XML or no such GEXF.
    """
    return _read(data, name, GEXF, _from_gexf)


def read_graphml(data: bytes, name: str) -> NetworkFile:
    """The network of a GraphML file that Minga wrote.

    Raises
    ------
    FileError
        It is no XML or no such GraphML.
    """
    return _read(data, name, GRAPHML, _from_graphml)


def _read(data: bytes, name: str, space: str, made: Callable[[ET.Element], NetworkFile]) -> NetworkFile:
    inspect_xml(data, name)
    root = ET.fromstring(data)
    if not root.tag.startswith(f"{{{space}}}"):
        raise FileError(f"{name} is not in the form {space}")
    try:
        return made(root)
    except (KeyError, ValueError) as error:
        raise FileError(f"{name} was not written as a support graph: {error}") from error


def _from_gexf(root: ET.Element) -> NetworkFile:
    space = {"g": GEXF}
    titles = {
        (listed.get("class", ""), one.attrib["id"]): one.attrib["title"]
        for listed in root.iterfind("g:graph/g:attributes", space)
        for one in listed.iterfind("g:attribute", space)
    }

    def values(element: ET.Element, kind: str) -> dict[str, str]:
        found = element.iterfind("g:attvalues/g:attvalue", space)
        return {titles[kind, one.attrib["for"]]: one.attrib["value"] for one in found}

    schools = [
        FileSchool(node.attrib["id"], tuple(sorted(values(node, "node").items())))
        for node in root.iterfind("g:graph/g:nodes/g:node", space)
    ]
    ties = [
        tie_of(
            {"kind": "", **edge.attrib, "hours": edge.attrib["weight"], "chosen": "0", **values(edge, "edge")}
        )
        for edge in root.iterfind("g:graph/g:edges/g:edge", space)
    ]
    return NetworkFile(tuple(sorted(schools)), tuple(ties))


def _from_graphml(root: ET.Element) -> NetworkFile:
    space = {"g": GRAPHML}
    names = {key.attrib["id"]: key.attrib["attr.name"] for key in root.iterfind("g:key", space)}

    def values(element: ET.Element) -> dict[str, str]:
        return {names[one.attrib["key"]]: one.text or "" for one in element.iterfind("g:data", space)}

    schools = [
        FileSchool(node.attrib["id"], tuple(sorted(values(node).items())))
        for node in root.iterfind("g:graph/g:node", space)
    ]
    ties = []
    for edge in root.iterfind("g:graph/g:edge", space):
        found = {"kind": "", **edge.attrib, "chosen": "0", **values(edge)}
        ties.append(tie_of({**found, "hours": found["weight"]}))
    return NetworkFile(tuple(sorted(schools)), tuple(ties))


def _attributes(tie: FileTie) -> list[tuple[str, str]]:
    return [("state", tie.state), ("leader", tie.leader), ("chosen", "true" if tie.chosen else "false")]


def _dates(tie: FileTie) -> list[tuple[str, str]]:
    return [
        ("start", tie.started_on.isoformat()),
        ("end", tie.ended_on.isoformat() if tie.ended_on else ""),
    ]


def _key(root: ET.Element, key: str, kind: str, name: str, type_name: str) -> None:
    ET.SubElement(root, "key", {"id": key, "for": kind, "attr.name": name, "attr.type": type_name})


def _values(element: ET.Element, values: list[tuple[str, str]]) -> None:
    if values:
        held = ET.SubElement(element, "attvalues")
        for name, value in values:
            ET.SubElement(held, "attvalue", {"for": name, "value": value})


def _bytes(root: ET.Element) -> bytes:
    ET.indent(root, " ")
    return bytes(ET.tostring(root, encoding="utf-8", xml_declaration=True)) + b"\n"
