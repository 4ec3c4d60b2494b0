"""Sign-in by a provider of OpenID Connect: what is asked of it, and what is believed of its answer.

Code flow with state, nonce and PKCE (S256), each good once and kept in this browser's signed cookie. The
address to come back to is built from ``MINGA_BASE_URL``, never from what a browser says.
"""

from dataclasses import dataclass
from typing import Any

import requests
from authlib.integrations.base_client import OAuthError
from authlib.integrations.flask_client import OAuth
from flask import Flask, current_app, session, url_for
from joserfc.errors import JoseError

from service.config import Settings
from service.errors import Conflict, NotFound
from service.text import say

EXTENSION = "minga_oidc"
PURPOSE = "oidc_purpose"
LEEWAY_SECONDS = 60
TIMEOUT_SECONDS = 10
ALGORITHMS = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512")
"""Signatures with a key that only the provider has: never none, never with the secret we share."""


@dataclass(frozen=True, slots=True)
class Identity:
    """Who a provider says somebody is; ``email`` is empty unless the provider verified it."""

    issuer: str
    subject: str
    email: str


def init_app(app: Flask, settings: Settings) -> None:
    """Name the provider to the application, where there is one."""
    provider = settings.oidc
    if provider is None:
        return
    oauth = OAuth(app)
    app.extensions[EXTENSION] = oauth.register(
        "provider",
        client_id=provider.client_id,
        client_secret=provider.client_secret,
        server_metadata_url=provider.metadata_url,
        client_kwargs={
            "scope": provider.scope,
            "code_challenge_method": "S256",
            "default_timeout": TIMEOUT_SECONDS,
        },
    )


def address_to_ask(settings: Settings, *, purpose: dict[str, Any]) -> str:
    """Where the browser goes; what for stays here until it comes back.

    Raises
    ------
    NotFound
        No provider is set up.
    Conflict
        The provider does not answer.
    """
    client = _client()
    back = settings.base_url + url_for("accounts.elsewhere_back")
    try:
        _check_metadata(client, settings)
        asked = client.create_authorization_url(back)
    except (requests.RequestException, OAuthError, ValueError, RuntimeError) as error:
        raise _no_answer(settings) from error
    client.save_authorize_data(redirect_uri=back, **asked)
    session[PURPOSE] = purpose
    return str(asked["url"])


def identity_that_came_back(settings: Settings) -> tuple[Identity, dict[str, Any]]:
    """Check the provider's answer in full; answers who it is, and what it was asked for.

    Raises
    ------
    NotFound
        No provider is set up.
    Conflict
        It is no answer to a question of this browser, or does not hold.
    """
    client = _client()
    provider = settings.oidc
    purpose = session.pop(PURPOSE, None)
    if purpose is None or provider is None:
        raise _not_believed(settings)
    try:
        _check_metadata(client, settings)
        answer = client.authorize_access_token(
            leeway=LEEWAY_SECONDS,
            claims_options={
                "iss": {"essential": True, "value": provider.issuer},
                "aud": {"essential": True, "value": provider.client_id},
                "sub": {"essential": True},
            },
        )
        claims = dict(answer["userinfo"])
    except requests.RequestException as error:
        raise _no_answer(settings) from error
    except (OAuthError, JoseError, ValueError, KeyError, RuntimeError) as error:
        raise _not_believed(settings) from error
    verified = claims.get("email_verified") is True
    return (
        Identity(
            provider.issuer,
            str(claims["sub"])[:255],
            str(claims.get("email") or "").strip().lower() if verified else "",
        ),
        purpose,
    )


def _client() -> Any:
    client = current_app.extensions.get(EXTENSION)
    if client is None:
        raise NotFound(say("Aquí se entra con correo y contraseña."), code="no_provider")
    return client


def _check_metadata(client: Any, settings: Settings) -> None:
    """Believe a provider's description only if it is of the provider that was named."""
    found = client.load_server_metadata()
    if settings.oidc is None or found.get("issuer") != settings.oidc.issuer:
        raise ValueError("the description is of another issuer")
    offered = found.get("id_token_signing_alg_values_supported") or ["RS256"]
    found["id_token_signing_alg_values_supported"] = [one for one in offered if one in ALGORITHMS]


def _no_answer(settings: Settings) -> Conflict:
    name = settings.oidc.name if settings.oidc else ""
    return Conflict(
        say("%(name)s no responde ahora. Entre con su contraseña, o pruebe más tarde.", name=name),
        code="provider_down",
    )


def _not_believed(settings: Settings) -> Conflict:
    name = settings.oidc.name if settings.oidc else ""
    return Conflict(
        say("No se pudo entrar con %(name)s: empiece de nuevo desde la página «Entrar».", name=name),
        code="provider_answer",
    )
