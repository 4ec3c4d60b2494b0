"""Headers of every response, and the limit of attempts."""

import hashlib

from flask import Flask, Response, request
from flask_limiter import Limiter
from flask_limiter.util import get_remote_address
from flask_login import current_user
from flask_talisman import Talisman

from service.config import Settings

CONTENT_SECURITY_POLICY = {
    "default-src": "'self'",
    "img-src": "'self' data:",
    "object-src": "'none'",
    "base-uri": "'none'",
    "form-action": "'self'",
    "frame-ancestors": "'none'",
}


def typed_address() -> str:
    """Count attempts by the account that is tried, wherever they come from; not by name, by hash."""
    typed = request.form.get("email", "").strip().lower()
    return hashlib.sha256(typed.encode()).hexdigest()


limiter = Limiter(get_remote_address, default_limits=[])


def init_app(app: Flask, settings: Settings) -> None:
    """Set the headers, and the limiter in its store."""
    Talisman(
        app,
        content_security_policy=CONTENT_SECURITY_POLICY,
        force_https=settings.https,
        strict_transport_security=settings.https,
        session_cookie_secure=settings.https,
        frame_options="DENY",
        referrer_policy="same-origin",
        permissions_policy={"geolocation": "()", "camera": "()", "microphone": "()"},
    )
    limiter.init_app(app)

    @app.after_request
    def keep_private(response: Response) -> Response:
        response.headers["Cross-Origin-Opener-Policy"] = "same-origin"
        if request.endpoint != "static" and current_user and current_user.is_authenticated:
            response.headers["Cache-Control"] = "no-store"
        return response
