"""Sign in by the provider that this installation names; coming back from it, also to connect it."""

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from service.blueprints.accounts import bp, enter_with_code, safe_target
from service.errors import Conflict
from service.identities import address_to_ask, identity_that_came_back
from service.login import current_actor
from service.operations import identities
from service.security import limiter
from service.text import say
from service.web import settings, transaction


@bp.get("/login/externo")
@limiter.limit("20 per minute")
def elsewhere() -> ResponseReturnValue:
    """Go to the provider."""
    if current_user.is_authenticated:
        return redirect(url_for("public.home"))
    return redirect(address_to_ask(settings(), purpose={"next": safe_target(request.args.get("next"))}))


@bp.get("/login/externo/vuelta")
@limiter.limit("20 per minute")
def elsewhere_back() -> ResponseReturnValue:
    """Come back from the provider: signed in, or connected."""
    identity, purpose = identity_that_came_back(settings())
    asked_by = purpose.get("account")
    if asked_by is not None:
        if not current_user.is_authenticated or current_user.account_id != asked_by:
            raise Conflict(say("Su sesión terminó. Entre de nuevo y repita lo último que hizo."))
        with transaction() as writing:
            identities.connect_identity(
                writing,
                current_user.account_id,
                issuer=identity.issuer,
                subject=identity.subject,
                actor=current_actor(),
            )
        flash(_("Desde ahora puede entrar también así."))
        return redirect(url_for("accounts.own"))
    with transaction() as writing:
        account = identities.recognise(
            writing, issuer=identity.issuer, subject=identity.subject, email=identity.email
        )
        account_id, with_code = account.id, account.totp_secret is not None
    return enter_with_code(account_id, safe_target(purpose.get("next")), with_code=with_code)
