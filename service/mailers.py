"""Where mail goes: a mail server, the console, or a folder."""

import re
import smtplib
import ssl
import sys
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import formatdate, parseaddr
from mailbox import Maildir
from pathlib import Path
from typing import Protocol
from urllib.parse import unquote, urlsplit

from service.calendar_files import settle
from service.config import Settings
from service.letters import HERE, one_line
from service.models import Message

TIMEOUT_SECONDS = 15.0
"""For each step of the talk with a mail server."""
PERMANENT = range(550, 554)


class MailServerDown(Exception):
    """The mail server could not be reached, or broke off: nothing is known of the message."""


class MailRefused(Exception):
    """The mail server said no; ``permanent`` where asking again is useless."""

    def __init__(self, message: str, *, permanent: bool = False) -> None:
        super().__init__(message)
        self.permanent = permanent


class Mailer(Protocol):
    """Takes a composed message, or raises one of the two errors above."""

    def send(self, mail: EmailMessage) -> None:
        """Hand the message over."""


def mailer_for(settings: Settings) -> Mailer:
    """The way out that ``MINGA_SMTP_URL`` names."""
    parts = urlsplit(settings.smtp_url)
    if parts.scheme == "console":
        return ConsoleMailer()
    if parts.scheme == "maildir":
        return MaildirMailer(Path(unquote(parts.path)))
    return SmtpMailer(settings.smtp_url)


def compose(message: Message, settings: Settings) -> EmailMessage:
    """Make the message as it travels; the same row always has the same Message-ID."""
    mail = EmailMessage(policy=SMTP)
    mail["From"] = one_line(settings.mail_from)
    mail["To"] = one_line(message.recipient)
    mail["Subject"] = one_line(message.subject)
    mail["Date"] = formatdate(message.created_at.timestamp())
    domain = parseaddr(settings.mail_from)[1].rpartition("@")[2] or "localhost"
    mail["Message-ID"] = f"<{message.message_id}@{domain}>"
    mail["Auto-Submitted"] = "auto-generated"
    mail["Content-Language"] = message.locale
    mail.set_content(message.text.replace(HERE, settings.base_url))
    mail.add_alternative(message.html.replace(HERE, settings.base_url), subtype="html")
    if message.calendar is not None:
        _add_calendar(mail, message.calendar, settings)
    return mail


def _add_calendar(mail: EmailMessage, calendar: str, settings: Settings) -> None:
    """Put an invitation or cancellation beside the text, as calendar programs expect it."""
    sender = parseaddr(settings.mail_from)[1] or "minga@localhost"
    text = settle(calendar, settings.base_url, sender)
    method = re.search(r"^METHOD:(\w+)\r?$", text, flags=re.MULTILINE)
    mail.add_alternative(
        text, subtype="calendar", charset="utf-8", params={"method": method[1] if method else "PUBLISH"}
    )


class SmtpMailer:
    """A mail server: ``smtp://host:port``, ``starttls://user:password@host``, ``smtps://…``."""

    def __init__(self, url: str, *, timeout: float = TIMEOUT_SECONDS) -> None:
        parts = urlsplit(url)
        self.kind = parts.scheme
        self.host = parts.hostname or "localhost"
        self.port = parts.port or {"smtp": 25, "starttls": 587, "smtps": 465}[self.kind]
        self.user = unquote(parts.username or "")
        self.password = unquote(parts.password or "")
        self.timeout = timeout

    def send(self, mail: EmailMessage) -> None:
        """Hand the message over; success is the server's 250 after the data, and nothing less."""
        try:
            server = self._connect()
        except (OSError, smtplib.SMTPException) as error:
            raise MailServerDown(_words(error)) from error
        try:
            server.send_message(mail)
        except smtplib.SMTPRecipientsRefused as error:
            code, _said = next(iter(error.recipients.values()))
            raise _no(code, _words(error)) from error
        except smtplib.SMTPResponseException as error:
            raise _no(error.smtp_code, _words(error)) from error
        except (OSError, smtplib.SMTPException) as error:
            raise MailServerDown(_words(error)) from error
        finally:
            _leave(server)

    def _connect(self) -> smtplib.SMTP:
        context = ssl.create_default_context()
        if self.kind == "smtps":
            server: smtplib.SMTP = smtplib.SMTP_SSL(
                self.host, self.port, timeout=self.timeout, context=context
            )
        else:
            server = smtplib.SMTP(self.host, self.port, timeout=self.timeout)
        try:
            if self.kind == "starttls":
                server.starttls(context=context)
            if self.user:
                server.login(self.user, self.password)
        except BaseException:
            server.close()
            raise
        return server


class ConsoleMailer:
    """Prints each message on the worker's error stream; for trying out."""

    def send(self, mail: EmailMessage) -> None:
        """Print the message."""
        body = mail.get_body(("plain",))
        content = body.get_content() if body is not None else ""
        sys.stderr.write(f"To: {mail['To']}\nSubject: {mail['Subject']}\n\n{content}\n")


class MaildirMailer:
    """Puts each message into a folder that mail programs read."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def send(self, mail: EmailMessage) -> None:
        """Put the message into the folder."""
        self.folder.parent.mkdir(parents=True, exist_ok=True)
        Maildir(self.folder, create=True).add(mail.as_bytes())


def _no(code: int, words: str) -> Exception:
    """421 is a server about to close; other answers concern the message."""
    return MailServerDown(words) if code == 421 else MailRefused(words, permanent=code in PERMANENT)


def _words(error: BaseException) -> str:
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        code, said = next(iter(error.recipients.values()))
        text = f"{code} {said.decode(errors='replace')}"
    elif isinstance(error, smtplib.SMTPResponseException):
        answer = error.smtp_error
        text = f"{error.smtp_code} {answer.decode(errors='replace') if isinstance(answer, bytes) else answer}"
    else:
        text = f"{type(error).__name__}: {error}"
    return one_line(text)[:500]


def _leave(server: smtplib.SMTP) -> None:
    """Say goodbye; what was accepted stays accepted if that fails."""
    try:
        server.quit()
    except (OSError, smtplib.SMTPException):
        server.close()
