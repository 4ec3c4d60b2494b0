"""Commands about mail."""

from pathlib import Path

import click

from service.cli.context import emit, json_option, open_context
from service.operations.bounces import note_bounce


@click.group("mail")
def mail_group() -> None:
    """Keep the mail."""


@mail_group.command("bounced")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@json_option
def bounced(file: Path, as_json: bool) -> None:
    """Read a report of mail that came back, and mark the message and its address."""
    context = open_context()
    with context.database.transaction() as session:
        message = note_bounce(session, file.read_bytes())
        document = {
            "message": None if message is None else message.id,
            "address": None if message is None else message.recipient,
            "said": None if message is None else message.last_error,
        }
    words = f"Marked: {document['address']} ({document['said']})." if message else "No message of ours."
    emit(document, as_json, words)
