"""Minga as people run it, for a browser to look at: ``minga serve`` with its worker, on a free port."""

import os
import signal
import socket
import sqlite3
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

PROJECT = Path(__file__).resolve().parents[2]
START_SECONDS = 60


@dataclass(frozen=True, slots=True)
class LiveServer:
    """A running Minga, and the database file it serves."""

    url: str
    database_url: str
    instance: Path


def copy_database(source: Path, target: Path) -> Path:
    """Copy a SQLite file whole, by its own backup: what still lies in its log comes along."""
    target.parent.mkdir(parents=True, exist_ok=True)
    with sqlite3.connect(source) as before, sqlite3.connect(target) as after:
        before.backup(after)
    return target


@contextmanager
def running(
    file: Path, instance: Path, *, worker: bool, settings: Mapping[str, str] | None = None
) -> Iterator[LiveServer]:
    """Serve a database file for the block; ``settings`` are further variables of its environment."""
    port = _free_port()
    server = LiveServer(f"http://127.0.0.1:{port}", f"sqlite:///{file}", instance)
    instance.mkdir(parents=True, exist_ok=True)
    log = instance / "server.log"
    command = [sys.executable, "-m", "service", "serve", "--port", str(port), "--threads", "8"]
    environment = {
        **os.environ,
        "MINGA_DATABASE_URL": server.database_url,
        "MINGA_INSTANCE": str(instance),
        "OPENBLAS_NUM_THREADS": "1",
        **(settings or {}),
    }
    with log.open("w", encoding="utf-8") as output:
        process = subprocess.Popen(
            command if worker else [*command, "--no-worker"],
            cwd=PROJECT,
            env=environment,
            stdout=output,
            stderr=subprocess.STDOUT,
        )
        try:
            _wait_until_ready(server.url, process, log)
            yield server
        finally:
            process.send_signal(signal.SIGTERM)
            try:
                process.wait(timeout=30)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _wait_until_ready(url: str, process: subprocess.Popen[bytes], log: Path) -> None:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline:
        if process.poll() is not None:
            break
        try:
            with urllib.request.urlopen(f"{url}/readyz", timeout=5):
                return
        except (urllib.error.URLError, OSError):
            time.sleep(0.1)
    raise RuntimeError(f"the server did not answer:\n{log.read_text(encoding='utf-8')[-3000:]}")
