"""What every command shares: settings, a migrated database, one document out, one line of error."""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import click
from alembic.util import CommandError
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn
from sqlalchemy.exc import SQLAlchemyError

from service import schema
from service.config import Settings, SettingsError
from service.db import Database
from service.errors import InvalidInput

json_option = click.option("--json", "as_json", is_flag=True, help="One JSON document on stdout.")


@dataclass(frozen=True, slots=True)
class CommandContext:
    """Settings and database of one command."""

    settings: Settings
    database: Database


def open_context() -> CommandContext:
    """Read the settings and bring the database to the present schema.

    Raises
    ------
    InvalidInput
        A setting is wrong, or the database does not answer.
    """
    try:
        settings = Settings.from_environment()
    except SettingsError as error:
        raise InvalidInput(str(error), code="settings") from error
    try:
        database = Database.at(settings.database_url)
        schema.upgrade(database)
    except (SQLAlchemyError, CommandError, ImportError, OSError, ValueError) as error:
        reason = (str(error) or type(error).__name__).splitlines()[0]
        raise InvalidInput(f"The database does not answer: {reason}", code="database") from error
    return CommandContext(settings, database)


def emit(document: Any, as_json: bool, text: Callable[[], str] | str | None = None) -> None:
    """Print one JSON document, or the text for people."""
    if as_json or text is None:
        click.echo(json.dumps(document, ensure_ascii=False, indent=None if as_json else 2, default=str))
        return
    click.echo(text() if callable(text) else text)


@contextmanager
def progress_bar(label: str) -> Iterator[Callable[[str, float], None]]:
    """Show progress on stderr: a bar on a terminal, a line a step elsewhere."""
    console = Console(stderr=True)
    if not console.is_terminal:
        seen: set[str] = set()

        def say(step: str, _done: float) -> None:
            if step not in seen:
                seen.add(step)
                click.echo(f"{label}: {step}", err=True)

        yield say
        return
    with Progress(
        TextColumn("{task.description}"), BarColumn(), TimeElapsedColumn(), console=console, transient=True
    ) as bar:
        task = bar.add_task(label, total=1.0)

        def move(step: str, done: float) -> None:
            bar.update(task, completed=done, description=f"{label}: {step}")

        yield move
