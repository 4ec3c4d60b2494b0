"""Settings, read once from the environment and typed."""

import os
import secrets
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

PROJECT_ROOT = Path(__file__).resolve().parent.parent
MINIMUM_SECRET_LENGTH = 32
DIFFERENT_CHARACTERS = 10
"""A made key of 32 characters has more; "changeme" written four times, and one key held down, fewer."""
LOOPBACK = ("127.0.0.1", "localhost", "::1")


class SettingsError(ValueError):
    """A setting is missing or cannot be used; the sentence says which and why."""


@dataclass(frozen=True, slots=True)
class Provider:
    """Who else may say who somebody is: an OpenID Connect provider."""

    issuer: str
    client_id: str
    client_secret: str = field(repr=False)
    name: str
    scope: str
    metadata_url: str

    @classmethod
    def from_environment(cls, env: dict[str, str]) -> "Provider | None":
        """Read the provider, if one is named.

        Raises
        ------
        SettingsError
            It is named by halves, or would be asked over a line that anybody can read.
        """
        issuer = env.get("MINGA_OIDC_ISSUER", "").strip()
        if not issuer:
            return None
        for name in ("MINGA_OIDC_CLIENT_ID", "MINGA_OIDC_CLIENT_SECRET"):
            if not env.get(name):
                raise SettingsError(f"With MINGA_OIDC_ISSUER, {name} is needed too.")
        metadata = env.get("MINGA_OIDC_METADATA_URL") or (
            issuer.rstrip("/") + "/.well-known/openid-configuration"
        )
        for name, address in (("MINGA_OIDC_ISSUER", issuer), ("MINGA_OIDC_METADATA_URL", metadata)):
            parts = urlsplit(address)
            if parts.scheme != "https" and not (parts.scheme == "http" and parts.hostname in LOOPBACK):
                raise SettingsError(f"{name} begins with https://.")
        return cls(
            issuer=issuer,
            client_id=env["MINGA_OIDC_CLIENT_ID"],
            client_secret=env["MINGA_OIDC_CLIENT_SECRET"],
            name=env.get("MINGA_OIDC_NAME") or str(urlsplit(issuer).hostname),
            scope=env.get("MINGA_OIDC_SCOPE") or "openid email profile",
            metadata_url=metadata,
        )


@dataclass(frozen=True, slots=True)
class Settings:
    """Everything that differs between one installation and another.

    Each field is read from the environment variable named in ``docs/settings.md``.
    """

    instance: Path
    database_url: str
    secret_key: str = field(repr=False)
    secret_key_fallbacks: tuple[str, ...] = field(default=(), repr=False)
    demo: bool = False
    https: bool = False
    trusted_proxies: int = 0
    max_upload_mb: int = 10
    rate_limit_storage: str = "database://"
    session_idle_minutes: int = 30
    require_second_factor: bool = False
    base_url: str = "http://127.0.0.1:8000"
    smtp_url: str = field(default="console:", repr=False)
    mail_from: str = "Minga <minga@localhost>"
    bounces: Path | None = None
    oidc: Provider | None = None
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
            secret_key_fallbacks=tuple(
                _checked_key("MINGA_SECRET_KEY_FALLBACKS", key)
                for key in env.get("MINGA_SECRET_KEY_FALLBACKS", "").split()
            ),
            demo=demo,
            https=_flag(env, "MINGA_HTTPS"),
            trusted_proxies=_whole(env, "MINGA_TRUSTED_PROXIES", 0),
            max_upload_mb=_whole(env, "MINGA_MAX_UPLOAD_MB", 10),
            rate_limit_storage=env.get("MINGA_RATE_LIMIT_STORAGE") or "database://",
            session_idle_minutes=_whole(env, "MINGA_SESSION_IDLE_MINUTES", 30),
            require_second_factor=_flag(env, "MINGA_REQUIRE_SECOND_FACTOR") and not demo,
            base_url=_base_url(env),
            smtp_url=_smtp_url(env, instance, demo),
            mail_from=env.get("MINGA_MAIL_FROM") or "Minga <minga@localhost>",
            bounces=Path(env["MINGA_BOUNCES"]) if env.get("MINGA_BOUNCES") else None,
            oidc=Provider.from_environment(env),
        )

    @property
    def keys(self) -> tuple[str, ...]:
        """The key in use, and those that were in use before."""
        return (self.secret_key, *self.secret_key_fallbacks)

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
        return _checked_key("MINGA_SECRET_KEY", given)
    path = instance / "secret_key"
    instance.mkdir(parents=True, exist_ok=True)
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        if path.stat().st_mode & 0o077:
            raise SettingsError(f"{path} can be read by others; chmod 600 keeps it to its owner.") from None
        return _checked_key(str(path), path.read_text(encoding="ascii").strip())
    with os.fdopen(descriptor, "w", encoding="ascii") as handle:
        key = secrets.token_urlsafe(48)
        handle.write(key)
    return key


def _checked_key(name: str, key: str) -> str:
    """Refuse a key that is short, or that anybody might guess."""
    if len(key) < MINIMUM_SECRET_LENGTH:
        raise SettingsError(f"{name} has {len(key)} characters; it needs {MINIMUM_SECRET_LENGTH} or more.")
    if len(set(key)) < DIFFERENT_CHARACTERS:
        raise SettingsError(
            f"{name} repeats few characters; make one with "
            "python -c 'import secrets; print(secrets.token_urlsafe(48))'."
        )
    return key
