"""The ``minga`` command; a file per noun."""

import click

from service.cli.accounts import user_group
from service.cli.context import MingaGroup
from service.cli.running import db_group, serve_command


@click.group(cls=MingaGroup, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="minga", prog_name="minga")
def main() -> None:
    """Find a struggling school a peer, help the two work together, and see whether it does any good."""


main.add_command(user_group)
main.add_command(db_group)
main.add_command(serve_command)
