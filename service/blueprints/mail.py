"""Mail: what became of it, for those who keep the accounts; and what one gets, for everybody."""

from dataclasses import dataclass

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user, login_required

from service.blueprints.accounts import bp
from service.blueprints.forms.reader import FieldReader
from service.login import current_actor
from service.operations.bounces import send_again
from service.operations.mail_choices import choose_mail
from service.operations.mail_kinds import DIGESTS
from service.permissions import Action, require
from service.queries.account_requests import waiting_requests
from service.queries.listing import MAXIMUM_PAGE, Listing
from service.queries.mail import STATES, MailLine, count_mail, mail_lines
from service.web import reading, transaction


@dataclass(frozen=True, slots=True)
class MailPage:
    """The messages of the territory."""

    listing: Listing[MailLine]
    counts: dict[str, int]
    state: str
    waiting: int


@bp.get("/coordinacion/correo")
@login_required
def mail() -> ResponseReturnValue:
    """What was sent, waits, or did not arrive."""
    session, actor = reading(), current_actor()
    require(actor, Action.MANAGE_ACCOUNTS)
    reader = FieldReader(request.args)
    state = reader.one_of("state", STATES)
    number = reader.whole("page", low=1, high=MAXIMUM_PAGE, required=False) or 1
    page = MailPage(
        listing=mail_lines(session, actor, state=state, page=number),
        counts=count_mail(session, actor),
        state=state,
        waiting=len(waiting_requests(session, actor)),
    )
    return render_template("accounts/mail.html", page=page)


@bp.post("/coordinacion/correo/<int:message_id>/otra-vez")
@login_required
def mail_again(message_id: int) -> ResponseReturnValue:
    """Try a message again."""
    with transaction() as session:
        send_again(session, message_id, actor=current_actor())
    flash(_("El mensaje sale de nuevo en unos segundos."))
    return redirect(url_for("accounts.mail"))


@bp.post("/cuenta/correo")
@login_required
def choose() -> ResponseReturnValue:
    """Keep which mail one gets, and when."""
    digest = request.form.get("digest", "")
    with transaction() as session:
        choose_mail(
            session,
            current_user.account_id,
            wanted=request.form.getlist("kinds"),
            offered=request.form.getlist("offered"),
            digest=digest if digest in DIGESTS else "",
            actor=current_actor(),
        )
    flash(_("Desde ahora recibe lo que marcó."))
    return redirect(url_for("accounts.own"))
