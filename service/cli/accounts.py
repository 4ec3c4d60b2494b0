"""Commands about accounts."""

import click

from service.cli.context import emit, json_option, open_context
from service.models.enums import Role
from service.operations import accounts
from service.permissions import OPERATOR


@click.group("user")
def user_group() -> None:
    """Keep the accounts."""


@user_group.command("add")
@click.argument("email")
@click.option("--name", required=True)
@click.option("--role", required=True, type=click.Choice([role.value for role in Role]))
@click.option("--territory", help="slep:CODE, la:CODE, owner:CODE or a school; not for the ministry.")
@click.option("--password", help="Asked for when not given.")
@json_option
def add_user(
    email: str, name: str, role: str, territory: str | None, password: str | None, as_json: bool
) -> None:
    """Give a person an account."""
    context = open_context()
    secret = password or click.prompt("Password", hide_input=True, confirmation_prompt=True, err=True)
    with context.database.transaction() as session:
        place = accounts.place_of_grant(session, Role(role), territory)
        account = accounts.add_account(
            session, actor=OPERATOR, email=email, name=name, password=secret, role=Role(role), place=place
        )
        document = {"id": account.id, "email": account.email, "role": role, "territory": territory}
    emit(document, as_json, f"{account.email} can sign in as {role}.")
