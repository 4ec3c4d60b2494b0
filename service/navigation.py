"""The words across the top, by role; the same on every page."""

from dataclasses import dataclass
from typing import Any

from flask import Flask, request, url_for
from flask_babel import gettext as _
from flask_login import current_user

from service.locale import language
from service.models import School
from service.permissions import Action, Actor, can
from service.queries.accounts import has_demo_accounts
from service.queries.leader_people import own_leader
from service.queries.school_pages import own_school
from service.web import reading


@dataclass(frozen=True, slots=True)
class NavigationItem:
    """One word of the navigation."""

    url: str
    label: str
    active: bool
    icon: str


MOST = 5
"""Words across the top; the first three are also at the bottom of a phone."""


@dataclass(frozen=True, slots=True)
class Word:
    """Where a word leads, what it asks for, and the pages that belong to it."""

    target: str
    label: str
    icon: str
    action: Action
    under: tuple[str, ...]


def items() -> list[NavigationItem]:
    """At most five words, those that lead somewhere for this person; of several roles the first word each."""
    if not current_user.is_authenticated:
        return []
    actor, endpoint = current_user.actor, request.endpoint or ""
    own = own_school(reading(), actor)
    roles = [_overseeing(actor), _at_school(actor, own), _assessing(actor)]
    roles = [words for words in roles if words]
    ordered = [words[0] for words in roles] + [word for words in roles for word in words[1:]]
    shown = [word for word in dict.fromkeys(ordered) if can(actor, word.action)][:MOST]
    here = max(shown, key=lambda word: _closeness(word, endpoint, own), default=None)
    if here is not None and not _closeness(here, endpoint, own):
        here = None
    return [NavigationItem(url_for(word.target), word.label, word is here, word.icon) for word in shown]


def _overseeing(actor: Actor) -> list[Word]:
    """The territory, for who coordinates it or looks at it, and the country for the ministry."""
    if not can(actor, Action.SEE_NEED):
        return []
    around = ("leaders.", "requests.", "proposals.", "accounts.mail", "support.", "coordination.")
    schools = Word("schools.index", _("Establecimientos"), "school", Action.SEE_SCHOOLS, ("schools.",))
    runs = Word("coordination.runs", _("Emparejar"), "match", Action.SEE_RUNS, ("coordination.run",))
    networks = Word(
        "networks.index", _("Redes"), "network", Action.SEE_NETWORKS, ("networks.", "questionnaires.")
    )
    if actor.everywhere:
        return [
            Word("coordination.home", _("País"), "home", Action.SEE_NEED, around),
            schools,
            networks,
            runs,
            Word(
                "coordination.imports", _("Datos"), "data", Action.IMPORT_OFFICIAL, ("coordination.import",)
            ),
        ]
    return [
        Word("coordination.home", _("Territorio"), "home", Action.SEE_NEED, around),
        schools,
        Word(
            "partnerships.index",
            _("Acompañamientos"),
            "people",
            Action.SEE_PARTNERSHIPS,
            ("partnerships.", "visits."),
        ),
        runs,
        networks,
    ]


def _at_school(actor: Actor, own: School | None) -> list[Word]:
    """What is one's own: a leader's partnerships come before the school, a head's school before them."""
    if own is None:
        return []
    together = ("partnerships.", "visits.")
    school = Word("schools.mine", _("Mi escuela"), "home", Action.SEE_SCHOOLS, ("schools.mine",))
    agenda = Word("calendars.agenda", _("Agenda"), "calendar", Action.SEE_PARTNERSHIPS, ("calendars.",))
    rest = [
        Word("networks.index", _("Redes"), "network", Action.SEE_NETWORKS, ("networks.", "questionnaires.")),
        Word("schools.index", _("Establecimientos"), "school", Action.SEE_SCHOOLS, ("schools.",)),
    ]
    if own_leader(reading(), actor) is not None:
        mine = Word(
            "leaders.mine",
            _("Mis acompañamientos"),
            "people",
            Action.SEE_SCHOOLS,
            ("leaders.mine", "leaders.offer", "proposals.invitation", *together),
        )
        return [mine, agenda, school, *rest]
    pair = Word("partnerships.index", _("Acompañamientos"), "people", Action.SEE_PARTNERSHIPS, together)
    return [school, pair, agenda, *rest]


def _assessing(actor: Actor) -> list[Word]:
    """What who assesses has been asked."""
    if not can(actor, Action.ASSESS):
        return []
    return [
        Word("leaders.assessments_asked", _("Evaluaciones"), "check", Action.ASSESS, ("leaders.assessment",)),
        Word("schools.index", _("Establecimientos"), "school", Action.SEE_SCHOOLS, ("schools.",)),
    ]


def _closeness(word: Word, endpoint: str, own: School | None) -> int:
    """How closely a page belongs to a word, 0 where not at all; one's own school is *Mi escuela*."""
    if word.target == "schools.mine" and endpoint == "schools.show" and own is not None:
        key = f"{own.system}:{own.code}"
        return len(endpoint) if (request.view_args or {}).get("code") == key else 0
    return max((len(stem) for stem in word.under if endpoint.startswith(stem)), default=0)


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
