"""The mail that a test's server took, as each person finds it in the inbox."""

import re
import time
from dataclasses import dataclass, field
from email.message import EmailMessage

from tests.service.smtp_server import MailServer

PATIENCE = 30


@dataclass
class Letters:
    """What arrived, by who it is for."""

    server: MailServer
    addresses: dict[str, str]
    read: set[str] = field(default_factory=set)

    def of(self, who: str) -> list[EmailMessage]:
        """All that somebody received, the oldest first."""
        wanted = self.addresses[who]
        return [mail for mail in list(self.server.took) if wanted in str(mail["To"])]  # type: ignore[misc]

    def next(self, who: str, holding: str) -> EmailMessage:
        """The next letter that somebody has not read and that holds some words; waits for the worker."""
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline:
            for mail in self.of(who):
                if mail["Message-ID"] not in self.read and holding in text_of(mail):
                    self.read.add(mail["Message-ID"])
                    return mail
            time.sleep(0.1)
        told = [(str(mail["Subject"]), text_of(mail)[-200:]) for mail in self.of(who)]
        raise AssertionError(f"{who} received nothing with {holding!r}: {told}")

    def link(self, who: str, path: str) -> str:
        """The path of the link in the next letter that leads to such a page."""
        found = re.search(rf"https?://[^/\s]+({re.escape(path)}[^\s<\")]*)", text_of(self.next(who, path)))
        assert found is not None
        return found[1]


def text_of(mail: EmailMessage) -> str:
    """The plain text of a letter."""
    body = mail.get_body(preferencelist=("plain",))
    return "" if body is None else body.get_content()
