"""The ``minga`` command itself: its commands are loaded when they are asked for.

Solvers and web server take seconds to load; ``minga --help`` or an import need neither.
"""

import sys
from collections.abc import Mapping, Sequence
from importlib import import_module
from typing import Any

import click

from matching.errors import MatchingError
from network.errors import NetworkError
from service.errors import InvalidInput, MingaError


class MingaGroup(click.Group):
    """Commands by name, each in a module of its own; every error is one clear line and an exit code.

    Parameters
    ----------
    commands_at : mapping of str to (str, str)
        Where a command stands (``module:name``) and what the list of commands says of it.
    """

    def __init__(
        self, *args: Any, commands_at: Mapping[str, tuple[str, str]] | None = None, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.commands_at = dict(commands_at or {})

    def list_commands(self, ctx: click.Context) -> list[str]:
        """All names, in order."""
        return sorted({*super().list_commands(ctx), *self.commands_at})

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Load a command."""
        if cmd_name in self.commands_at and cmd_name not in self.commands:
            module, _, name = self.commands_at[cmd_name][0].partition(":")
            self.add_command(getattr(import_module(module), name), cmd_name)
        return super().get_command(ctx, cmd_name)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """List the commands without loading them."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, self.commands_at[name][1]) for name in self.list_commands(ctx)])

    def main(
        self,
        args: Sequence[str] | None = None,
        prog_name: str | None = None,
        complete_var: str | None = None,
        standalone_mode: bool = True,
        **extra: Any,
    ) -> Any:
        """Run, and end the process with Minga's exit codes."""
        if not standalone_mode:
            return super().main(args, prog_name, complete_var, False, **extra)
        try:
            answer = super().main(args, prog_name, complete_var, False, **extra)
        except click.exceptions.NoArgsIsHelpError as error:
            error.show()
            sys.exit(InvalidInput.exit_code)
        except click.UsageError as error:
            path = error.ctx.command_path if error.ctx is not None else "minga"
            complain(f"{one_line(error.format_message())} ({path} --help)")
            sys.exit(InvalidInput.exit_code)
        except click.ClickException as error:
            complain(one_line(error.format_message()))
            sys.exit(InvalidInput.exit_code)
        except click.Abort:
            complain("stopped.")
            sys.exit(1)
        except MingaError as error:
            fields = [f"{field}: {sentence}" for field, sentence in getattr(error, "fields", {}).items()]
            complain(one_line(" ".join([error.message, *fields])))
            sys.exit(error.exit_code)
        except (MatchingError, NetworkError) as error:
            complain(one_line(str(error)))
            sys.exit(InvalidInput.exit_code)
        sys.exit(answer if isinstance(answer, int) else 0)


def complain(sentence: str) -> None:
    """Say on stderr why nothing was done."""
    click.echo(f"minga: {sentence}", err=True)


def one_line(text: str) -> str:
    """Several lines as one."""
    return " ".join(text.split())
