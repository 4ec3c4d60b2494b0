"""Files that show what was done: judged by their content, kept apart under a random name.

What a file is called decides nothing. Executables, scripts and documents that carry macros are
refused; what is kept is only ever served to be saved, never shown by this site.
"""

import hashlib
import io
import secrets
import zipfile
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from service.errors import InvalidInput, NotFound
from service.models import Attachment, Partnership
from service.models.columns import utc_now
from service.models.states import PartnershipState
from service.operations.partnership_access import note_change, opened, side_of
from service.operations.plans import find_activity
from service.permissions import Actor
from service.queries.settings import setting_of
from service.text import Sentence, say

MAXIMUM_BYTES = 8 * 1024 * 1024
FOLDER = "evidence"
MAGIC = (
    (b"%PDF-", "application/pdf"),
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"\xff\xd8\xff", "image/jpeg"),
)
OFFICE = {
    "word/": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "xl/": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "ppt/": "application/vnd.openxmlformats-officedocument.presentationml.presentation",
}
OPEN_DOCUMENT = "application/vnd.oasis.opendocument."
PROGRAMS = (b"MZ", b"\x7fELF", b"#!", b"\xca\xfe\xba\xbe", b"\xcf\xfa\xed\xfe", b"\xfe\xed\xfa")
MACROS = ("vbaproject", "macroenabled", "/basic/", "scripts/")
ENDED = (PartnershipState.ENDED, PartnershipState.STOPPED)
MOST_ENTRIES = 5_000


@dataclass(frozen=True, slots=True)
class UploadedFile:
    """A file as it came."""

    name: str
    content: bytes


def media_type_of(content: bytes) -> str:
    """What a file is, by its content.

    Raises
    ------
    InvalidInput
        It is nothing that is kept: a program, a document with macros, or something unknown.

    Examples
    --------
    >>> media_type_of(b"%PDF-1.7 ...")
    'application/pdf'
    """
    if content.startswith(PROGRAMS):
        raise _refused(say("Es un programa, y los programas no se guardan."))
    for beginning, kind in MAGIC:
        if content.startswith(beginning):
            return kind
    if content.startswith(b"PK\x03\x04"):
        return _document(content)
    try:
        content.decode("utf-8")
    except UnicodeDecodeError:
        text = None
    else:
        text = b"\x00" not in content
    if not text or content.lstrip()[:1] == b"<":
        raise _refused(say("Se aceptan PDF, imágenes PNG o JPEG, documentos sin macros y texto."))
    return "text/plain"


def keep_file(
    session: Session,
    folder: Path,
    partnership_id: int,
    activity_id: int | None,
    file: UploadedFile,
    *,
    actor: Actor,
) -> Attachment:
    """Keep a file beside an activity; nothing of it is run, opened or shown here.

    Raises
    ------
    InvalidInput
        It is empty, too large, or of a kind that is not kept.
    """
    partnership, parties = opened(session, partnership_id, actor)
    if activity_id is not None:
        find_activity(session, partnership, activity_id)
    if not file.content:
        raise _refused(say("El archivo está vacío."))
    if len(file.content) > MAXIMUM_BYTES:
        raise _refused(say("El archivo pesa más de %(n)s MB.", n=MAXIMUM_BYTES // 1024 // 1024))
    kind = media_type_of(file.content)
    stored = secrets.token_hex(24)
    place = folder / FOLDER
    place.mkdir(parents=True, exist_ok=True)
    (place / stored).write_bytes(file.content)
    attachment = Attachment(
        partnership_id=partnership_id,
        activity_id=activity_id,
        name=_plain_name(file.name),
        media_type=kind,
        size=len(file.content),
        sha256=hashlib.sha256(file.content).hexdigest(),
        stored=stored,
        side=side_of(parties),
        account_id=actor.account_id,
        added_at=utc_now(),
    )
    session.add(attachment)
    session.flush()
    note_change(session, partnership, "file_kept", actor, attachment=attachment.id)
    return attachment


def remove_file(
    session: Session, folder: Path, partnership_id: int, attachment_id: int, *, actor: Actor
) -> None:
    """Take a file away; that there was one stays on record."""
    partnership, _parties = opened(session, partnership_id, actor)
    attachment = session.scalar(
        select(Attachment).where(
            Attachment.id == attachment_id,
            Attachment.partnership_id == partnership_id,
            Attachment.removed_at.is_(None),
        )
    )
    if attachment is None:
        raise NotFound(say("Ese archivo ya no está."), code="unknown_file")
    _remove(attachment, folder)
    note_change(session, partnership, "file_removed", actor, attachment=attachment_id)


def remove_old_files(session: Session, folder: Path, today: date) -> int:
    """Remove the files of partnerships that ended long ago, and strays of uploads that never were saved."""
    days = timedelta(days=int(setting_of(session, "evidence_keep_days")))
    old = session.scalars(
        select(Attachment)
        .join(Partnership, Partnership.id == Attachment.partnership_id)
        .where(
            Attachment.removed_at.is_(None),
            Partnership.state.in_(ENDED),
            Partnership.closed_on < today - days,
        )
    ).all()
    for attachment in old:
        _remove(attachment, folder)
    session.flush()
    known = set(session.scalars(select(Attachment.stored).where(Attachment.removed_at.is_(None))))
    yesterday = utc_now().timestamp() - 86_400
    for path in (folder / FOLDER).glob("*"):
        if path.name not in known and path.stat().st_mtime < yesterday:
            path.unlink(missing_ok=True)
    return len(old)


def _remove(attachment: Attachment, folder: Path) -> None:
    attachment.removed_at = utc_now()
    (folder / FOLDER / attachment.stored).unlink(missing_ok=True)


def _document(content: bytes) -> str:
    """A document in a zip file: of an office, without macros."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as packed:
            names = [name.lower() for name in packed.namelist()[:MOST_ENTRIES]]
            types = (
                packed.open("[Content_Types].xml").read(65_536).lower()
                if "[content_types].xml" in names
                else b""
            )
            kind = packed.open("mimetype").read(100).decode("ascii") if "mimetype" in names else ""
    except (
        zipfile.BadZipFile,
        UnicodeDecodeError,
        KeyError,
        RuntimeError,
        OSError,
    ) as error:
        raise _refused(say("El archivo está dañado.")) from error
    if b"macroenabled" in types or any(word in name for name in names for word in MACROS):
        raise _refused(say("El documento trae macros. Guárdelo sin ellas y súbalo de nuevo."))
    if kind.startswith(OPEN_DOCUMENT):
        return kind
    for beginning, office in OFFICE.items():
        if types and any(name.startswith(beginning) for name in names):
            return office
    raise _refused(say("Se aceptan PDF, imágenes PNG o JPEG, documentos sin macros y texto."))


def _plain_name(name: str) -> str:
    """The person's own name for a file, on one line and without folders."""
    last = name.replace("\\", "/").rpartition("/")[2]
    plain = "".join(letter for letter in last if letter.isprintable()).strip(". ")
    return plain[:200] or "archivo"


def _refused(sentence: Sentence) -> InvalidInput:
    return InvalidInput(sentence, {"file": sentence}, code="file_refused")
