"""Commands that run the service and keep its database."""

import click

from service import schema
from service.cli.context import emit, json_option, open_context
from service.errors import InvalidInput


@click.command("serve")
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--port", type=click.IntRange(1, 65535), default=8000, show_default=True)
@click.option("--threads", type=click.IntRange(1, 64), default=4, show_default=True)
def serve_command(host: str, port: int, threads: int) -> None:
    """Serve the pages, with the worker for long work beside them."""
    context = open_context()
    from service.serving import serve

    serve(context.settings, host=host, port=port, threads=threads)


@click.group("db")
def db_group() -> None:
    """Keep the database."""


@db_group.command("upgrade")
@json_option
def upgrade_command(as_json: bool) -> None:
    """Bring the database to the present schema (every command does so by itself)."""
    context = open_context()
    revision = schema.current_revision(context.database)
    if revision != schema.head_revision():
        raise InvalidInput("The database could not be brought to the present schema.", code="schema")
    emit({"revision": revision}, as_json, f"The database stands at revision {revision}.")
