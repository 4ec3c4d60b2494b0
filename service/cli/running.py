"""Commands that run the service and keep its database."""

import click

from service import schema
from service.cli.context import CommandContext, emit, json_option, open_context
from service.errors import InvalidInput
from service.queries.accounts import demo_accounts
from service.serving import serve
from service.worker import work


@click.command("serve")
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--port", type=click.IntRange(1, 65535), default=8000, show_default=True)
@click.option("--threads", type=click.IntRange(1, 64), default=4, show_default=True)
@click.option("--no-worker", is_flag=True, help="The worker runs elsewhere.")
def serve_command(host: str, port: int, threads: int, no_worker: bool) -> None:
    """Serve the pages, with the worker for long work beside them."""
    context = open_context()
    click.echo(notice(context, port))
    serve(context.settings, host=host, port=port, threads=threads, worker=not no_worker)


@click.command("worker")
def worker_command() -> None:
    """Do the long work: matching runs that wait, and evidence after an import."""
    work(open_context().settings)


def notice(context: CommandContext, port: int) -> str:
    """The address and, in a demo database, its accounts."""
    lines = [f"Minga: http://127.0.0.1:{port}"]
    with context.database.reading() as session:
        accounts = demo_accounts(session)
    if accounts:
        lines += ["", "Demo accounts:"]
        lines += [f"  {a.email:<40} {a.password}  {a.role.value}, {a.territory}" for a in accounts]
    return "\n".join(lines)


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
