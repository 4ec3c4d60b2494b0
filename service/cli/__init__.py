"""The ``minga`` command; a file per noun."""

import click

from service.cli.accounts import user_group
from service.cli.context import MingaGroup
from service.cli.demo import demo_group
from service.cli.evidence import leaders_group, need_group, value_added_command
from service.cli.imports import import_command
from service.cli.matching import match_command, publish_command, why_command
from service.cli.running import db_group, serve_command, worker_command
from service.cli.schools import schools_group, similar_command
from service.cli.solving import solve_command


@click.group(cls=MingaGroup, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="minga", prog_name="minga")
def main() -> None:
    """Find a struggling school a peer, help the two work together, and see whether it does any good."""


for command in (
    import_command,
    schools_group,
    similar_command,
    value_added_command,
    need_group,
    leaders_group,
    match_command,
    why_command,
    publish_command,
    solve_command,
):
    main.add_command(command)
main.add_command(demo_group)
main.add_command(user_group)
main.add_command(db_group)
main.add_command(serve_command)
main.add_command(worker_command)
