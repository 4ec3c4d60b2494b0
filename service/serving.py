"""Serve the pages by gunicorn, with the worker as a process of its own beside it."""

import os
import subprocess
import sys
from dataclasses import replace
from typing import Any

from flask import Flask
from gunicorn.app.base import BaseApplication

from service.app import create_app
from service.config import Settings


class Server(BaseApplication):
    """Gunicorn with settings from here instead of a file."""

    def __init__(self, settings: Settings, options: dict[str, Any]) -> None:
        self.settings = settings
        self.options = options
        super().__init__()

    def load_config(self) -> None:
        for name, value in self.options.items():
            self.cfg.set(name, value)

    def load(self) -> Flask:
        return create_app(self.settings)


def serve(settings: Settings, *, host: str, port: int, threads: int, worker: bool = True) -> None:
    """Serve until stopped; the worker ends with the server."""
    environment = {"MINGA_BASE_URL": f"http://{host}:{port}", **os.environ}
    if not os.environ.get("MINGA_BASE_URL"):
        settings = replace(settings, base_url=f"http://{host}:{port}")
    command = [sys.executable, "-m", "service", "worker"]
    beside = subprocess.Popen(command, env=environment) if worker else None
    options = {
        "bind": f"{host}:{port}",
        "workers": 1,
        "threads": threads,
        "worker_class": "gthread",
        "timeout": 120,
        "graceful_timeout": 30,
        "loglevel": "warning",
        "proc_name": "minga",
    }
    try:
        Server(settings, options).run()
    finally:
        if beside is not None:
            beside.terminate()
            beside.wait(timeout=30)
