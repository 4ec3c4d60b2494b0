"""A mail server of the tests: it keeps what it took, and fails where it is told to."""

import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from email import message_from_bytes
from email.message import Message as Mail
from email.policy import default
from typing import Any


class _Talk(socketserver.StreamRequestHandler):
    server: "MailServer"

    def handle(self) -> None:
        if self.server.fails == "greeting":
            self._say("421 closing")
            return
        self._say("220 tests")
        while line := self.rfile.readline():
            verb = line.split(b":")[0].split()[0].upper() if line.split() else b""
            if verb == b"QUIT":
                self._say("221 bye")
                return
            if verb == b"RCPT" and self.server.fails in ("450", "452", "550"):
                self._say(f"{self.server.fails} no")
            elif verb == b"DATA":
                if not self._take():
                    return
            else:
                self._say("250 ok")

    def _take(self) -> bool:
        self._say("354 go on")
        lines = []
        while (line := self.rfile.readline()) not in (b".\r\n", b""):
            lines.append(line[1:] if line.startswith(b"..") else line)
        if self.server.fails == "closes_after_data":
            return False
        if self.server.fails == "hangs_after_data":
            threading.Event().wait(1)
            return False
        self.server.took.append(message_from_bytes(b"".join(lines), policy=default))
        self._say("250 taken")
        return True

    def _say(self, words: str) -> None:
        self.wfile.write(words.encode() + b"\r\n")


class MailServer(socketserver.ThreadingTCPServer):
    """``fails``: '', 'greeting', '450', '452', '550', 'closes_after_data' or 'hangs_after_data'."""

    daemon_threads = True
    allow_reuse_address = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Talk)
        self.took: list[Mail] = []
        self.fails = ""

    @property
    def url(self) -> str:
        """The address for ``MINGA_SMTP_URL``."""
        return f"smtp://127.0.0.1:{self.server_address[1]}"

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that went away is what some tests are about."""


@contextmanager
def mail_server() -> Iterator[MailServer]:
    """A server for the block."""
    server = MailServer()
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        server.server_close()
