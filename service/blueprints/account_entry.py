"""Ways in: a forgotten password, the link of a message, the request of a school."""

from dataclasses import dataclass
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from service.blueprints.accounts import bp
from service.blueprints.forms.accounts import asking_form, new_password
from service.errors import InvalidInput
from service.locale import language
from service.operations import account_requests, accounts, passwords
from service.queries.account_links import LinkPage, open_link
from service.security import limiter, typed_address
from service.web import reading, transaction
from service.wording import translated


@dataclass(frozen=True, slots=True)
class EntryPage:
    """A form that anybody may fill in, and whether it was."""

    values: Any
    errors: dict[str, str]
    done: bool


@dataclass(frozen=True, slots=True)
class PasswordPage:
    """The form that a link opens."""

    link: LinkPage
    token: str
    errors: dict[str, str]


@bp.get("/cuenta/recuperar")
def forgotten() -> ResponseReturnValue:
    """Ask for a link to set a new password."""
    return render_template("accounts/forgotten.html", page=EntryPage({}, {}, False))


@bp.post("/cuenta/recuperar")
@limiter.limit("10 per hour")
@limiter.limit("5 per hour", key_func=typed_address)
def send_reset() -> ResponseReturnValue:
    """Send the link; the same answer for an unknown address."""
    email = request.form.get("email", "")[:254]
    with transaction() as session:
        passwords.request_reset(session, email)
    return render_template("accounts/forgotten.html", page=EntryPage({}, {}, True))


@bp.get("/cuenta/clave/<link>")
def password_link(link: str) -> ResponseReturnValue:
    """The form to set a password."""
    return render_template("accounts/password.html", page=PasswordPage(_opened(link), link, {}))


@bp.post("/cuenta/clave/<link>")
@limiter.limit("20 per hour")
def use_password_link(link: str) -> ResponseReturnValue:
    """Set the password; the link opens no more."""
    opened = _opened(link)
    try:
        hashed = accounts.hashed(new_password(), opened.name, opened.email.partition("@")[0])
    except InvalidInput as error:
        errors = {name: translated(sentence) for name, sentence in error.fields.items()}
        return render_template("accounts/password.html", page=PasswordPage(opened, link, errors)), 422
    with transaction() as session:
        passwords.use_link(session, link, hashed)
    flash(_("Su contraseña quedó guardada. Entre con ella."))
    return redirect(url_for("accounts.login"))


@bp.get("/cuenta/pedir")
def ask() -> ResponseReturnValue:
    """Ask for an account for one's school."""
    return render_template("accounts/ask.html", page=EntryPage({}, {}, False))


@bp.post("/cuenta/pedir")
@limiter.limit("10 per hour")
def send_request() -> ResponseReturnValue:
    """Keep the request; the same answer whether the address is known or not."""
    try:
        form = asking_form(language())
        with transaction() as session:
            account_requests.ask_for_account(session, form)
    except InvalidInput as error:
        errors = {name: translated(sentence) for name, sentence in error.fields.items()}
        return render_template("accounts/ask.html", page=EntryPage(request.form, errors, False)), 422
    return render_template("accounts/ask.html", page=EntryPage({}, {}, True))


def _opened(token: str) -> LinkPage:
    found = open_link(reading(), token)
    if found is None:
        raise passwords.link_is_void()
    return found
