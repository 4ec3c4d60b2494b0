"""Make the web application."""

from flask import Flask
from flask_wtf.csrf import CSRFProtect
from jinja2 import StrictUndefined
from werkzeug.middleware.proxy_fix import ProxyFix

from service import error_pages, formats, identities, login, navigation, security, wording
from service.attempts import storage_options
from service.blueprints import BLUEPRINTS, second_factor
from service.config import PROJECT_ROOT, Settings
from service.db import Database
from service.locale import babel, choose_locale
from service.web import EXTENSION, close_session

csrf = CSRFProtect()


def create_app(settings: Settings | None = None, database: Database | None = None) -> Flask:
    """Make the application.

    Parameters
    ----------
    settings : Settings, optional
        Read from the environment when not given.
    database : Database, optional
        Opened at the settings' address when not given; its schema must be the present one.
    """
    settings = settings or Settings.from_environment()
    database = database or Database.at(settings.database_url)
    app = Flask(__name__, template_folder=str(_templates()), static_folder="static")
    app.config.update(
        SECRET_KEY=settings.secret_key,
        SECRET_KEY_FALLBACKS=list(settings.secret_key_fallbacks),
        MAX_CONTENT_LENGTH=settings.max_upload_mb * 1024 * 1024,
        MAX_FORM_MEMORY_SIZE=2 * 1024 * 1024,
        SESSION_COOKIE_NAME="__Host-minga" if settings.https else "minga",
        SESSION_COOKIE_SECURE=settings.https,
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        PERMANENT_SESSION_LIFETIME=12 * 3600,
        WTF_CSRF_TIME_LIMIT=None,
        WTF_CSRF_ENABLED=True,
        RATELIMIT_STORAGE_URI=settings.rate_limit_storage,
        RATELIMIT_STORAGE_OPTIONS=storage_options(settings.rate_limit_storage, database),
        RATELIMIT_ENABLED=not settings.testing,
        TESTING=settings.testing,
    )
    app.extensions[EXTENSION] = (settings, database)
    app.jinja_env.undefined = StrictUndefined
    app.jinja_env.trim_blocks = True
    app.jinja_env.lstrip_blocks = True
    if settings.trusted_proxies:
        hops = settings.trusted_proxies
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=hops, x_proto=hops, x_host=hops)  # type: ignore[method-assign]
    babel.init_app(
        app,
        default_locale="es",
        locale_selector=choose_locale,
        default_translation_directories=str(PROJECT_ROOT / "service" / "translations"),
    )
    csrf.init_app(app)
    security.init_app(app, settings)
    login.init_app(app)
    second_factor.init_app(app)
    identities.init_app(app, settings)
    formats.init_app(app)
    wording.init_app(app)
    navigation.init_app(app)
    error_pages.init_app(app)
    app.teardown_request(close_session)
    for blueprint in BLUEPRINTS:
        app.register_blueprint(blueprint)
    return app


def _templates() -> str:
    """The templates stand beside the package in a checkout, inside it once installed."""
    beside = PROJECT_ROOT / "templates"
    return str(beside if beside.is_dir() else PROJECT_ROOT / "service" / "templates")
