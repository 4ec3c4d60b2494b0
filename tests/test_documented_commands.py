"""Every command is in the documents: other people's scripts rely on them."""

import re
from collections.abc import Iterator
from pathlib import Path

import click

from service.cli import main

COMMANDS_PAGE = Path(__file__).resolve().parent.parent / "docs" / "commands.md"


def leaf_commands(command: click.Command, path: tuple[str, ...]) -> Iterator[tuple[str, click.Command]]:
    """Every command that does something, with the words one types."""
    if not isinstance(command, click.Group):
        yield " ".join(path), command
        return
    if command.invoke_without_command:
        yield " ".join(path), command
    context = click.Context(command)
    for name in command.list_commands(context):
        child = command.get_command(context, name)
        assert child is not None
        yield from leaf_commands(child, (*path, name))


def test_every_command_and_option_is_documented() -> None:
    documented = COMMANDS_PAGE.read_text(encoding="utf-8")
    missing = []
    for words, command in leaf_commands(main, ("minga",)):
        if f"`{words}`" not in documented and f"`{words} " not in documented:
            missing.append(words)
        options = [name for parameter in command.params for name in parameter.opts if name.startswith("--")]
        missing += [f"{words} {name}" for name in options if not re.search(rf"{name}\b", documented)]

    assert missing == []
