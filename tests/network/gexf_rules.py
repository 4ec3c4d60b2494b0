"""The rules of GEXF 1.3 that a static or dynamic graph without hierarchy has to keep, in our own words.

After the schema published at gexf.net (version 1.3): which elements there are, in which order, which
attributes each may and must have, and of which type.
"""

import re
from collections.abc import Callable
from xml.etree import ElementTree as ET

SPACE = "{http://gexf.net/1.3}"
DATE = re.compile(r"-?\d{4,}-\d\d-\d\d")
Rule = Callable[[str], bool]


def anything(text: str) -> bool:
    return True


def number(text: str) -> bool:
    return re.fullmatch(r"[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d+)?|INF|-INF|NaN", text) is not None


def count(text: str) -> bool:
    return text.isascii() and text.isdigit()


def moment(text: str) -> bool:
    return number(text) or DATE.match(text) is not None


def one_of(*known: str) -> Rule:
    return lambda text: text in known


TIMES = {"start": moment, "end": moment, "timestamp": moment}
DIRECTIONS = one_of("directed", "undirected", "mutual")
LISTED = [f"list{kind}" for kind in ("string", "boolean", "integer", "long", "float", "double", "byte")]
TYPES = one_of("integer", "long", "double", "float", "boolean", "bigdecimal", "biginteger", "byte", "char")
ATTRIBUTES: dict[str, tuple[dict[str, Rule], set[str]]] = {
    "gexf": ({"version": one_of("1.3"), "variant": anything}, {"version"}),
    "meta": ({"lastmodifieddate": lambda text: DATE.fullmatch(text) is not None}, set()),
    "creator": ({}, set()),
    "keywords": ({}, set()),
    "description": ({}, set()),
    "graph": (
        {
            "timeformat": one_of("integer", "double", "date", "dateTime"),
            "mode": one_of("static", "dynamic", "slice"),
            "timerepresentation": one_of("interval", "timestamp"),
            "timezone": anything,
            "defaultedgetype": DIRECTIONS,
            "idtype": one_of("integer", "string"),
            **TIMES,
        },
        set(),
    ),
    "attributes": ({"mode": one_of("static", "dynamic"), "class": one_of("node", "edge")}, {"class"}),
    "attribute": (
        {
            "id": anything,
            "title": anything,
            "type": lambda text: TYPES(text) or text in ("string", "anyURI", "short", *LISTED),
        },
        {"id", "title", "type"},
    ),
    "default": ({}, set()),
    "options": ({}, set()),
    "nodes": ({"count": count}, set()),
    "node": (
        {"id": anything, "label": anything, "pid": anything, "intervals": anything, **TIMES},
        {"id"},
    ),
    "edges": ({"count": count}, set()),
    "edge": (
        {
            "id": anything,
            "type": DIRECTIONS,
            "label": anything,
            "source": anything,
            "target": anything,
            "weight": number,
            "kind": anything,
            "intervals": anything,
            **TIMES,
        },
        {"source", "target"},
    ),
    "attvalues": ({}, set()),
    "attvalue": ({"for": anything, "value": anything, **TIMES}, {"for", "value"}),
}
CHILDREN = {
    "gexf": r"(meta )?graph ",
    "meta": r"(creator |keywords |description )*",
    "graph": r"(attributes )*nodes edges ",
    "attributes": r"(attribute )*",
    "attribute": r"(default |options )*",
    "nodes": r"(node )*",
    "node": r"(attvalues )*",
    "edges": r"(edge )*",
    "edge": r"(attvalues )*",
    "attvalues": r"(attvalue )*",
}


def faults(data: bytes) -> list[str]:
    """What breaks the rules, beside references that lead nowhere."""
    root = ET.fromstring(data)
    found = [] if root.tag == f"{SPACE}gexf" else [f"the document is {root.tag}"]
    declared = {
        (listed.get("class"), one.get("id"))
        for listed in root.iter(f"{SPACE}attributes")
        for one in listed.iter(f"{SPACE}attribute")
    }
    nodes = {node.get("id") for node in root.iter(f"{SPACE}node")}
    for element in root.iter():
        name = element.tag.removeprefix(SPACE)
        if name not in ATTRIBUTES:
            found.append(f"there is no <{name}>")
            continue
        known, needed = ATTRIBUTES[name]
        found += [f"<{name}> lacks {one}" for one in sorted(needed - set(element.attrib))]
        for one, value in element.attrib.items():
            if one not in known or not known[one](value):
                found.append(f"<{name} {one}='{value}'>")
        inside = "".join(f"{child.tag.removeprefix(SPACE)} " for child in element)
        if not re.fullmatch(CHILDREN.get(name, ""), inside):
            found.append(f"<{name}> holds {inside[:80]}")
        if name in ("node", "edge"):
            values = element.iter(f"{SPACE}attvalue")
            found += [
                f"{v.get('for')} is not declared" for v in values if (name, v.get("for")) not in declared
            ]
        if name == "edge" and not {element.get("source"), element.get("target")} <= nodes:
            found.append("an edge leads to no node")
    return found
