"""¿Funciona? What the programme changed, for who oversees it."""

from dataclasses import dataclass

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue
from flask_login import login_required

from service.login import current_actor
from service.queries.programme_evidence import (
    ProgrammeEvidence,
    TerritoryChoice,
    chosen_territory,
    known_tests,
    programme_evidence,
    territory_choices,
)
from service.web import reading

bp = Blueprint("evidence", __name__, url_prefix="/funciona")


@dataclass(frozen=True, slots=True)
class WorksPage:
    """What the page shows; ``evidence`` is None while nothing was computed."""

    choices: tuple[TerritoryChoice, ...]
    territory: TerritoryChoice
    tests: list[str]
    test: str | None
    evidence: ProgrammeEvidence | None


@bp.get("/")
@login_required
def show() -> ResponseReturnValue:
    """Whether the programme does any good: one sentence a side, and what it rests on."""
    session, actor = reading(), current_actor()
    territory = chosen_territory(session, actor, request.args.get("territory"))
    tests = known_tests(session)
    asked = request.args.get("test", "")
    test = asked if asked in tests else next(iter(tests), None)
    page = WorksPage(
        choices=territory_choices(session, actor),
        territory=territory,
        tests=tests,
        test=test,
        evidence=None if test is None else programme_evidence(session, territory.text, test),
    )
    return render_template("evidence/show.html", page=page)
