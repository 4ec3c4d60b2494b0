"""Commands of the demo country."""

from pathlib import Path

import click

from service.cli.context import emit, json_option, open_context, progress_bar
from service.errors import NotFound
from service.operations.demo import fill_with_demo, is_empty
from service.queries.accounts import demo_accounts
from service.text import say


@click.group("demo", invoke_without_command=True)
@click.option("--seed", type=click.IntRange(0, 2**31 - 1), default=7, show_default=True)
@click.option("--schools", type=int, default=600, show_default=True)
@click.option("--years", type=int, default=10, show_default=True)
@click.option("--out", "folder", type=click.Path(path_type=Path), help="Keep the files there.")
@click.option("--if-empty", is_flag=True, help="Do nothing where there is data already.")
@json_option
@click.pass_context
def demo_group(
    ctx: click.Context,
    seed: int,
    schools: int,
    years: int,
    folder: Path | None,
    if_empty: bool,
    as_json: bool,
) -> None:
    """Make a synthetic country in the official formats and import it into an empty database."""
    if ctx.invoked_subcommand is not None:
        return
    context = open_context()
    if if_empty:
        with context.database.reading() as session:
            if not is_empty(session):
                emit({"schools": None}, as_json, "There is data already; nothing was done.")
                return
    with progress_bar("demo country") as progress:
        report = fill_with_demo(
            context.database,
            context.settings.instance,
            seed=seed,
            schools=schools,
            years=years,
            folder=folder,
            progress=progress,
        )
    emit(
        report.to_dict(),
        as_json,
        f"{report.schools} schools, {report.results} results, {report.leaders} leaders, "
        f"{len(report.runs)} matching runs, {report.published} published proposals.",
    )


@demo_group.command("accounts")
@json_option
def demo_accounts_command(as_json: bool) -> None:
    """List the demo accounts; there are none in a database of real schools."""
    context = open_context()
    with context.database.reading() as session:
        accounts = demo_accounts(session)
    if not accounts:
        raise NotFound(
            say("Esta base de datos no es de demostración: no tiene cuentas de prueba."), code="no_demo"
        )
    document = [
        {
            "email": account.email,
            "password": account.password,
            "role": account.role,
            "territory": account.territory_code,
            "territory_name": account.territory,
            "name": account.name,
        }
        for account in accounts
    ]
    lines = [f"{a.email}  {a.password}  {a.role}  {a.territory}" for a in accounts]
    emit(document, as_json, "\n".join(lines))
