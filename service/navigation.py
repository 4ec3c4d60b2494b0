"""The words across the top, by role; the same on every page."""

from dataclasses import dataclass
from typing import Any

from flask import Flask, request, url_for
from flask_babel import gettext as _
from flask_login import current_user

from service.locale import language
from service.permissions import Action, can
from service.queries.accounts import has_demo_accounts
from service.queries.school_pages import own_school
from service.web import reading


@dataclass(frozen=True, slots=True)
class NavigationItem:
    """One word of the navigation."""

    url: str
    label: str
    active: bool
    icon: str


def items() -> list[NavigationItem]:
    """At most five words, those that lead somewhere for this person."""
    if not current_user.is_authenticated:
        return []
    actor = current_user.actor
    wanted = [
        ("coordination.home", _("Territorio"), "home", Action.SEE_NEED),
        ("schools.index", _("Establecimientos"), "school", Action.SEE_SCHOOLS),
        ("leaders.index", _("Líderes"), "people", Action.SEE_NEED),
        ("coordination.runs", _("Emparejar"), "match", Action.SEE_RUNS),
        ("coordination.imports", _("Datos"), "data", Action.IMPORT_OFFICIAL),
    ]
    endpoint = request.endpoint or ""
    own = _own_school_item()
    return own + [
        NavigationItem(
            url_for(target), label, _belongs(endpoint, target) and not any(one.active for one in own), icon
        )
        for target, label, icon, action in wanted
        if can(actor, action)
    ]


def _own_school_item() -> list[NavigationItem]:
    school = own_school(reading(), current_user.actor)
    if school is None:
        return []
    key = f"{school.system}:{school.code}"
    here = request.endpoint == "schools.show" and (request.view_args or {}).get("code") == key
    return [NavigationItem(url_for("schools.show", code=key), _("Mi escuela"), here, "home")]


def _belongs(endpoint: str, target: str) -> bool:
    blueprint, _dot, view = target.partition(".")
    if blueprint != "coordination":
        return endpoint.startswith(f"{blueprint}.")
    stem = {"home": ("home", "need"), "runs": ("run",), "imports": ("import",)}[view]
    return endpoint.startswith(tuple(f"coordination.{word}" for word in stem))


def init_app(app: Flask) -> None:
    """Offer the navigation to every template."""

    @app.context_processor
    def offer() -> dict[str, Any]:
        return {
            "nav": items(),
            "locale": language(),
            "demo_mode": has_demo_accounts(reading()),
            "keeps_accounts": can(current_user.actor, Action.MANAGE_ACCOUNTS),
        }
