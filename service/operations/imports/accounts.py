"""Invite the people of a list: each row as if it were typed into the form."""

from sqlalchemy.orm import Session

from service.errors import InvalidInput, MingaError
from service.imports.file import Reading
from service.imports.records import AccountRecord
from service.operations.imports.outcome import Outcome
from service.operations.invitations import Invitation, invite
from service.permissions import Actor
from service.text import Sentence, say

HELD = "role_held"


def write_accounts(session: Session, readings: list[Reading], outcome: Outcome, actor: Actor) -> None:
    """Invite whoever does not hold the role yet; who does is left in peace."""
    seen: set[tuple[str, str, str | None]] = set()
    for reading in readings:
        for row, record in reading.records:
            assert isinstance(record, AccountRecord)
            file = reading.upload.name
            key = (record.email.casefold(), record.role.value, record.territory)
            if key in seen:
                sentence = say("La persona viene más de una vez con el mismo rol.")
                outcome.reject(file, row, "duplicate_row", sentence, "email")
                continue
            seen.add(key)
            try:
                with session.begin_nested():
                    invite(session, _invitation(record), actor=actor)
            except InvalidInput as error:
                if error.code == HELD:
                    outcome.count(is_new=False, differs=False)
                    continue
                outcome.reject(file, row, error.code, _sentence(error), next(iter(error.fields), "territory"))
            except MingaError as error:
                outcome.reject(file, row, error.code, _sentence(error), "territory")
            else:
                outcome.count(is_new=True, differs=False)


def _sentence(error: MingaError) -> Sentence:
    return error.message if isinstance(error.message, Sentence) else say("%(why)s", why=error.message)


def _invitation(record: AccountRecord) -> Invitation:
    return Invitation(
        email=record.email,
        name=record.name,
        role=record.role,
        territory=record.territory,
        starts_on=record.starts_on,
        locale=record.locale,
    )
