"""The assignment engine alone: an instance in, the best assignment out, no database."""

import json
import sys
from pathlib import Path
from typing import Any

import click

from matching.assignment import solve
from matching.comparison import compare
from matching.instances import Instance
from service.cli.context import emit, json_option
from service.errors import InvalidInput
from service.text import say


@click.command("solve")
@click.argument("path", metavar="INSTANCE.json")
@click.option("--time-limit", type=click.FloatRange(min=0, min_open=True), help="Seconds.")
@click.option("--compare", "comparing", is_flag=True, help="Every policy beside the others.")
@json_option
def solve_command(path: str, time_limit: float | None, comparing: bool, as_json: bool) -> None:
    """Solve an instance of schools, leaders and scored pairs ('-' reads stdin)."""
    document = read_document(path)
    instance = Instance.from_dict(document)
    policy = document.get("policy", "total")
    answer = solve(instance, policy=policy, time_limit=time_limit)
    found = answer.to_dict(instance)
    if comparing:
        found["comparison"] = compare(instance, time_limit=time_limit).to_dict()
    emit(found, as_json)


def read_document(path: str) -> dict[str, Any]:
    """Read a JSON object.

    Raises
    ------
    InvalidInput
        The file is not there, is no JSON, or holds something else.
    """
    try:
        text = sys.stdin.read() if path == "-" else Path(path).read_text(encoding="utf-8")
        document = json.loads(text)
    except OSError as error:
        reason = error.strerror or str(error)
        raise InvalidInput(
            say("No se pudo leer %(path)s: %(reason)s.", path=path, reason=reason), code="unreadable"
        ) from error
    except ValueError as error:
        raise InvalidInput(
            say("%(path)s no es JSON: %(reason)s.", path=path, reason=error), code="not_json"
        ) from error
    if not isinstance(document, dict):
        raise InvalidInput(
            say("%(path)s no es un objeto JSON con schools, leaders y pairs.", path=path), code="not_json"
        )
    return document
