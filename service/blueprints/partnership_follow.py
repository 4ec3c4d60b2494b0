"""How a partnership goes: reviews, concerns, notes, people, who took part, its end and what came after."""

from typing import Any

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import login_required

from service.blueprints.forms import partnerships as forms
from service.blueprints.forms.reader import FieldReader
from service.blueprints.partnerships import bp, page_of
from service.errors import InvalidInput
from service.login import current_actor
from service.models.columns import local_today
from service.operations import partnership_notes as notes
from service.operations.concerns import decide_concern, raise_concern
from service.operations.partnership_people import name_person
from service.operations.reviews import give_review
from service.queries.partnership_page import partnership_facts
from service.web import reading, transaction


def _saved(partnership_id: int, endpoint: str = "show") -> ResponseReturnValue:
    flash(_("Quedó guardado."))
    return redirect(url_for(f"partnerships.{endpoint}", partnership_id=partnership_id))


def _who() -> dict[str, Any]:
    return {"actor": current_actor(), "today": local_today()}


@bp.get("/<int:partnership_id>/revision")
@login_required
def review(partnership_id: int) -> ResponseReturnValue:
    """The form of a review, for one side."""
    return page_of("review", partnership_id, pair=True)


@bp.post("/<int:partnership_id>/revision")
@login_required
def answer_review(partnership_id: int) -> ResponseReturnValue:
    """Give one side's review."""
    facts = partnership_facts(reading(), partnership_id, current_actor(), local_today())
    try:
        text = forms.review_text([one.id for one in facts.objectives])
        with transaction() as session:
            give_review(session, partnership_id, text, **_who())
    except InvalidInput as error:
        return page_of("review", partnership_id, pair=True, error=error)
    return _saved(partnership_id)


@bp.get("/<int:partnership_id>/notas")
@login_required
def talk(partnership_id: int) -> ResponseReturnValue:
    """Notes and concerns: who reads each is said beside it."""
    return page_of("talk", partnership_id, coordination=True)


@bp.post("/<int:partnership_id>/notas")
@login_required
def note(partnership_id: int) -> ResponseReturnValue:
    """Write a note."""
    try:
        level, text = forms.note_text()
        with transaction() as session:
            notes.write_note(session, partnership_id, level=level, text=text, **_who())
    except InvalidInput as error:
        return page_of("talk", partnership_id, coordination=True, error=error)
    return _saved(partnership_id, "talk")


@bp.post("/<int:partnership_id>/preocupaciones")
@login_required
def concern(partnership_id: int) -> ResponseReturnValue:
    """Raise a concern."""
    try:
        reason, words = forms.concern_text()
        with transaction() as session:
            raise_concern(session, partnership_id, reason=reason, words=words, **_who())
    except InvalidInput as error:
        return page_of("talk", partnership_id, coordination=True, error=error)
    return _saved(partnership_id, "talk")


@bp.get("/<int:partnership_id>/preocupaciones/<int:concern_id>")
@login_required
def show_concern(partnership_id: int, concern_id: int) -> ResponseReturnValue:
    """A concern: what was said, and the form to decide it."""
    return page_of("concern", partnership_id, coordination=True, item=("concern", concern_id))


@bp.post("/<int:partnership_id>/preocupaciones/<int:concern_id>")
@login_required
def decide(partnership_id: int, concern_id: int) -> ResponseReturnValue:
    """Resolve a concern, or hand it to the coordination."""
    reader = FieldReader(request.form)
    try:
        decision = reader.text("decision", longest=500)
        reader.check()
        with transaction() as session:
            decide_concern(
                session,
                partnership_id,
                concern_id,
                reader.one_of("step", ("resolve", "escalate"), "escalate"),
                decision=decision,
                steps_confirmed=reader.flag("steps_confirmed"),
                **_who(),
            )
    except InvalidInput as error:
        return page_of(
            "concern", partnership_id, coordination=True, error=error, item=("concern", concern_id)
        )
    return _saved(partnership_id, "talk")


@bp.get("/<int:partnership_id>/personas")
@login_required
def people(partnership_id: int) -> ResponseReturnValue:
    """Who works for each side, now and before."""
    return page_of("people", partnership_id, coordination=True)


@bp.post("/<int:partnership_id>/personas")
@login_required
def new_person(partnership_id: int) -> ResponseReturnValue:
    """Name somebody."""
    try:
        given = forms.person_named()
        with transaction() as session:
            name_person(session, partnership_id, actor=current_actor(), **given)
    except InvalidInput as error:
        return page_of("people", partnership_id, coordination=True, error=error)
    return _saved(partnership_id, "people")


@bp.get("/<int:partnership_id>/participacion")
@login_required
def participation(partnership_id: int) -> ResponseReturnValue:
    """How many of the staff took part."""
    return page_of("participation", partnership_id, pair=True)


@bp.post("/<int:partnership_id>/participacion")
@login_required
def count(partnership_id: int) -> ResponseReturnValue:
    """Tell how many took part."""
    try:
        given = forms.counted()
        with transaction() as session:
            notes.count_participation(session, partnership_id, given, **_who())
    except InvalidInput as error:
        return page_of("participation", partnership_id, pair=True, error=error)
    return _saved(partnership_id)


@bp.get("/<int:partnership_id>/entrega")
@login_required
def closing(partnership_id: int) -> ResponseReturnValue:
    """What stays and who keeps it, and the checklist of what lasts."""
    return page_of("closing", partnership_id, coordination=True)


@bp.post("/<int:partnership_id>/entrega")
@login_required
def hand_over(partnership_id: int) -> ResponseReturnValue:
    """Write the hand-over, as far as it is known."""
    try:
        text = forms.handover_text(local_today())
        with transaction() as session:
            notes.write_handover(session, partnership_id, text, actor=current_actor())
    except InvalidInput as error:
        return page_of("closing", partnership_id, coordination=True, error=error)
    return _saved(partnership_id, "closing")


@bp.post("/<int:partnership_id>/sostenibilidad")
@login_required
def rate(partnership_id: int) -> ResponseReturnValue:
    """Rate what will last."""
    try:
        moment, items = forms.rating()
        with transaction() as session:
            notes.rate_sustainability(session, partnership_id, moment, items, **_who())
    except InvalidInput as error:
        return page_of("closing", partnership_id, coordination=True, error=error)
    return _saved(partnership_id, "closing")


@bp.get("/<int:partnership_id>/seguimiento")
@login_required
def after(partnership_id: int) -> ResponseReturnValue:
    """The years after closing, and the verdict at the end."""
    return page_of("after", partnership_id)


@bp.post("/<int:partnership_id>/seguimiento/<int:number>")
@login_required
def look_back(partnership_id: int, number: int) -> ResponseReturnValue:
    """Look back on one year."""
    reader = FieldReader(request.form)
    try:
        stays = reader.text("stays", longest=2_000)
        reader.check()
        with transaction() as session:
            notes.look_back(session, partnership_id, number, stays, **_who())
    except InvalidInput as error:
        return page_of("after", partnership_id, error=error)
    return _saved(partnership_id, "after")


@bp.get("/<int:partnership_id>/practica")
@login_required
def practice(partnership_id: int) -> ResponseReturnValue:
    """The story of a practice, told only while both consent."""
    return page_of("practice", partnership_id, pair=True)


@bp.post("/<int:partnership_id>/practica")
@login_required
def write_practice(partnership_id: int) -> ResponseReturnValue:
    """Write the story."""
    try:
        given = forms.practice_text()
        with transaction() as session:
            notes.write_practice(session, partnership_id, **given, **_who())
    except InvalidInput as error:
        return page_of("practice", partnership_id, pair=True, error=error)
    return _saved(partnership_id, "practice")


@bp.post("/<int:partnership_id>/practica/consentir")
@login_required
def consent_practice(partnership_id: int) -> ResponseReturnValue:
    """Consent to the story, or take the consent back."""
    agrees = FieldReader(request.form).flag("agrees")
    with transaction() as session:
        notes.consent_to_practice(session, partnership_id, agrees=agrees, **_who())
    return _saved(partnership_id, "practice")
