"""Settings, read once from the environment and typed."""

import os
import secrets
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

PROJECT_ROOT = Path(__file__).resolve().parent.parent
MINIMUM_SECRET_LENGTH = 32


class SettingsError(ValueError):
    """A setting is missing or cannot be used; the sentence says which and why."""


@dataclass(frozen=True, slots=True)
class Settings:
    """Everything that differs between one installation and another.

    Each field is read from the environment variable named in ``docs/settings.md``.
    """

    instance: Path
    database_url: str
    secret_key: str = field(repr=False)
    demo: bool = False
    https: bool = False
    trusted_proxies: int = 0
    max_upload_mb: int = 10
    rate_limit_storage: str = "memory://"
    session_idle_minutes: int = 30
    require_second_factor: bool = False
    base_url: str = "http://127.0.0.1:8000"
    smtp_url: str = field(default="console:", repr=False)
    mail_from: str = "Minga <minga@localhost>"
    testing: bool = False

    @classmethod
    def from_environment(cls, environ: dict[str, str] | None = None) -> "Settings":
        """Read the settings; refuses what would be unsafe or impossible.

        Raises
        ------
        SettingsError
            A number is no number, or a secret is too short.
        """
        env = dict(os.environ) if environ is None else environ
        instance = Path(env.get("MINGA_INSTANCE") or PROJECT_ROOT / "instance").resolve()
        demo = _flag(env, "MINGA_DEMO")
        name = "demo.sqlite" if demo else "minga.sqlite"
        return cls(
            instance=instance,
            database_url=env.get("MINGA_DATABASE_URL") or f"sqlite:///{instance / name}",
            secret_key=_secret_key(env, instance),
            demo=demo,
            https=_flag(env, "MINGA_HTTPS"),
            trusted_proxies=_whole(env, "MINGA_TRUSTED_PROXIES", 0),
            max_upload_mb=_whole(env, "MINGA_MAX_UPLOAD_MB", 10),
            rate_limit_storage=env.get("MINGA_RATE_LIMIT_STORAGE") or "memory://",
            session_idle_minutes=_whole(env, "MINGA_SESSION_IDLE_MINUTES", 30),
            require_second_factor=_flag(env, "MINGA_REQUIRE_SECOND_FACTOR") and not demo,
            base_url=_base_url(env),
            smtp_url=_smtp_url(env, instance, demo),
            mail_from=env.get("MINGA_MAIL_FROM") or "Minga <minga@localhost>",
        )

    @property
    def uploads(self) -> Path:
        """Folder of uploaded files, kept under random names."""
        return self.instance / "uploads"


def _flag(env: dict[str, str], name: str) -> bool:
    return env.get(name, "").strip().lower() in {"1", "true", "yes", "on"}


def _whole(env: dict[str, str], name: str, default: int) -> int:
    text = env.get(name, "").strip()
    if not text:
        return default
    if not text.isdigit():
        raise SettingsError(f"{name} must be a whole number, not '{text}'.")
    return int(text)


def _base_url(env: dict[str, str]) -> str:
    """The address that links in mail begin with."""
    given = (env.get("MINGA_BASE_URL") or "http://127.0.0.1:8000").rstrip("/")
    parts = urlsplit(given)
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.query or parts.fragment:
        raise SettingsError(f"MINGA_BASE_URL must be like https://minga.example.org, not '{given}'.")
    return given


def _smtp_url(env: dict[str, str], instance: Path, demo: bool) -> str:
    """Where mail goes; a demonstration never sends any to people."""
    given = env.get("MINGA_SMTP_URL") or (f"maildir:{instance / 'mail'}" if demo else "console:")
    kind = urlsplit(given).scheme
    if kind not in ("smtp", "smtps", "starttls", "console", "maildir"):
        raise SettingsError(
            "MINGA_SMTP_URL begins with smtp://, starttls://, smtps://, console: or maildir:."
        )
    if demo and kind in ("smtp", "smtps", "starttls"):
        raise SettingsError("With MINGA_DEMO no mail leaves: MINGA_SMTP_URL is console: or maildir:FOLDER.")
    return given


def _secret_key(env: dict[str, str], instance: Path) -> str:
    """The given key, or one made once and kept with the database on this machine."""
    given = env.get("MINGA_SECRET_KEY", "")
    if given:
        if len(given) < MINIMUM_SECRET_LENGTH:
            raise SettingsError(
                f"MINGA_SECRET_KEY has {len(given)} characters; it needs {MINIMUM_SECRET_LENGTH} or more."
            )
        return given
    path = instance / "secret_key"
    instance.mkdir(parents=True, exist_ok=True)
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return path.read_text(encoding="ascii").strip()
    with os.fdopen(descriptor, "w", encoding="ascii") as handle:
        key = secrets.token_urlsafe(48)
        handle.write(key)
    return key
