"""From an error to a page, or to JSON where JSON was asked for."""

import logging
import secrets

from flask import Flask, current_app, render_template, request
from flask.typing import ResponseReturnValue
from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import HTTPException

from service.errors import MingaError
from service.text import say
from service.web import close_session
from service.wording.translating import translated

log = logging.getLogger("minga")

MEANINGS = {
    400: say("No pudimos leer lo que se envió. Vuelva a la página anterior e inténtelo de nuevo."),
    403: say("Su cuenta no permite ver o hacer esto. Pídalo a la coordinación de su servicio local."),
    404: say("Esta página no existe, o su cuenta no puede verla."),
    405: say("Esta dirección no admite esa acción."),
    413: say("El archivo es más grande de lo que se admite. Divídalo, o pida ayuda."),
    429: say("Demasiados intentos seguidos. Espere un minuto y pruebe de nuevo."),
    500: say("Algo falló de nuestro lado. No se perdió nada de lo guardado antes."),
}


def init_app(app: Flask) -> None:
    """Answer every error with a page that says what to do."""
    app.register_error_handler(MingaError, _refused)
    app.register_error_handler(HTTPException, _http)
    app.register_error_handler(Exception, _unforeseen)


def _refused(error: MingaError) -> ResponseReturnValue:
    close_session()
    return _answer(error.http_status, translated(error.message), error.code)


def _http(error: HTTPException) -> ResponseReturnValue:
    status = error.code or 500
    if status < 400:
        return error
    if isinstance(error, CSRFError):
        return _answer(
            400,
            translated(
                say("El formulario caducó o se abrió en otra sesión. Recargue la página y envíelo de nuevo.")
            ),
            "csrf",
        )
    return _answer(status, translated(MEANINGS.get(status, MEANINGS[400])), str(status))


def _unforeseen(error: Exception) -> ResponseReturnValue:
    reference = secrets.token_hex(4)
    log.exception("reference %s %s %s", reference, request.method, request.path, exc_info=error)
    close_session()
    return _answer(500, translated(MEANINGS[500]), "error", reference)


def _answer(status: int, message: str, code: str, reference: str | None = None) -> ResponseReturnValue:
    if request.accept_mimetypes.best_match(["text/html", "application/json"]) == "application/json":
        return {"code": code, "message": message, "details": {"reference": reference}}, status
    try:
        body = render_template("errors/error.html", status=status, message=message, reference=reference)
    except Exception:
        log.exception("the error page itself failed")
        # Without what every other page is offered: that may be what failed.
        body = current_app.jinja_env.get_template("errors/bare.html").render(reference=reference)
    return body, status
