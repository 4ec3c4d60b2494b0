"""Proposals: the shortlist of a school, the invitation to a leader, and what the coordination does."""

from dataclasses import dataclass
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import login_required

from service.blueprints.forms.agreed import AgreedForm
from service.blueprints.forms.requests import decline_form, kept_ranks, ranked_form, reason_form
from service.errors import InvalidInput, MingaError
from service.login import current_actor
from service.models.columns import local_today
from service.operations import agreed_outside, choices, offer_endings, offers
from service.operations.why_not import WhyNot, why_not
from service.permissions import Action, require
from service.queries.offers import OfferLine, OfferPage, offer_page, offers_of
from service.queries.own_school import leader_ids_of
from service.queries.reach import place_of
from service.queries.shortlists import Shortlist, find_proposal, shortlist
from service.web import reading, transaction
from service.wording import translated

bp = Blueprint("proposals", __name__, url_prefix="/propuestas")


@dataclass(frozen=True, slots=True)
class ShortlistPage:
    """A shortlist, with what was typed if it was refused, and the answer to "why not another?"."""

    found: Shortlist
    ranks: dict[int, str]
    values: Any
    errors: dict[str, str]
    asked: str
    why: WhyNot | None
    refusal: str


@dataclass(frozen=True, slots=True)
class InvitationPage:
    """An invitation, with what was typed if it was refused."""

    found: OfferPage
    values: Any
    errors: dict[str, str]


@dataclass(frozen=True, slots=True)
class InvitationsPage:
    """The invitations of a leader."""

    offers: tuple[OfferLine, ...]
    leader_ids: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class AgreedPage:
    """The form of a partnership agreed outside a run."""

    values: Any
    errors: dict[str, str]
    today: str


@bp.get("/<int:proposal_id>")
@login_required
def show(proposal_id: int) -> ResponseReturnValue:
    """The cards of a school's shortlist."""
    return _page(proposal_id, asked=request.args.get("leader", "").strip()[:40])


@bp.post("/<int:proposal_id>/elegir")
@login_required
def choose(proposal_id: int) -> ResponseReturnValue:
    """Say whom the school would like, in order."""
    _may(proposal_id, Action.ASK_FOR_PEER)
    try:
        with transaction() as session:
            choices.choose(
                session,
                proposal_id,
                ranked_form(),
                asks_others=bool(request.form.get("asks_others")),
                actor=current_actor(),
                today=local_today(),
            )
    except InvalidInput as error:
        return _page(proposal_id, errors=error.fields, ranks=kept_ranks(request.form)), 422
    flash(_("Le preguntamos a la primera de su lista. Le avisaremos por correo."))
    return redirect(url_for("proposals.show", proposal_id=proposal_id))


@bp.post("/<int:proposal_id>/ninguna")
@login_required
def turn_down(proposal_id: int) -> ResponseReturnValue:
    """None of these, with a reason."""
    _may(proposal_id, Action.ASK_FOR_PEER)
    try:
        reason, note = decline_form()
        with transaction() as session:
            choices.turn_down(
                session, proposal_id, reason=reason, note=note, actor=current_actor(), today=local_today()
            )
    except InvalidInput as error:
        return _page(proposal_id, errors=error.fields, values=request.form), 422
    flash(_("Anotado, sin ninguna consecuencia. La próxima ronda buscará a otras personas."))
    return redirect(url_for("proposals.show", proposal_id=proposal_id))


@bp.post("/<int:proposal_id>/retirar")
@login_required
def withdraw(proposal_id: int) -> ResponseReturnValue:
    """The coordination takes a proposal back."""
    _may(proposal_id, Action.KEEP_REQUESTS)
    try:
        reason = reason_form()
        with transaction() as session:
            offer_endings.withdraw_proposal(session, proposal_id, reason=reason, actor=current_actor())
    except InvalidInput as error:
        return _page(proposal_id, errors=error.fields, values=request.form), 422
    flash(_("La propuesta quedó retirada, y se avisó a quienes la conocían."))
    return redirect(url_for("proposals.show", proposal_id=proposal_id))


@bp.post("/<int:proposal_id>/acordar")
@login_required
def agree(proposal_id: int) -> ResponseReturnValue:
    """The coordination says yes too."""
    with transaction() as session:
        offers.agree(session, proposal_id, actor=current_actor(), today=local_today())
    flash(_("Las dos escuelas empiezan a trabajar juntas."))
    return redirect(url_for("proposals.show", proposal_id=proposal_id))


@bp.get("/invitaciones")
@login_required
def invitations() -> ResponseReturnValue:
    """What a leader has to answer."""
    actor = current_actor()
    require(actor, Action.ANSWER_OFFER)
    session = reading()
    page = InvitationsPage(offers_of(session, actor, local_today()), leader_ids_of(session, actor))
    return render_template("proposals/invitations.html", page=page)


@bp.get("/invitaciones/<int:offer_id>")
@login_required
def invitation(offer_id: int) -> ResponseReturnValue:
    """One invitation: the school, why, and what it asks for."""
    return _invitation(offer_id, {}, {})


@bp.post("/invitaciones/<int:offer_id>/aceptar")
@login_required
def accept(offer_id: int) -> ResponseReturnValue:
    """The leader says yes."""
    with transaction() as session:
        begun = offers.accept_offer(session, offer_id, actor=current_actor(), today=local_today())
    if begun is None:
        flash(_("Gracias. Falta que la coordinación esté de acuerdo; le avisaremos."))
    else:
        flash(_("Gracias. Ya pueden ponerse en contacto."))
    return redirect(url_for("proposals.invitation", offer_id=offer_id))


@bp.post("/invitaciones/<int:offer_id>/rechazar")
@login_required
def decline(offer_id: int) -> ResponseReturnValue:
    """The leader says no, with a reason and without penalty."""
    try:
        reason, note = decline_form()
        with transaction() as session:
            offers.decline_offer(
                session, offer_id, reason=reason, note=note, actor=current_actor(), today=local_today()
            )
    except InvalidInput as error:
        return _invitation(offer_id, request.form, error.fields), 422
    flash(_("Anotado, sin ninguna consecuencia para usted."))
    return redirect(url_for("proposals.invitation", offer_id=offer_id))


@bp.post("/consentimiento/<int:leader_id>/retirar")
@login_required
def withdraw_consent(leader_id: int) -> ResponseReturnValue:
    """A leader takes the consent back."""
    with transaction() as session:
        offer_endings.withdraw_leader_consent(session, leader_id, actor=current_actor(), today=local_today())
    flash(_("Desde ahora nadie verá sus datos para proponerle una escuela. Puede volver cuando quiera."))
    return redirect(url_for("proposals.invitations"))


@bp.get("/acordada")
@login_required
def agreed() -> ResponseReturnValue:
    """The form of a partnership agreed outside a run."""
    require(current_actor(), Action.KEEP_REQUESTS)
    return _agreed({"school": request.args.get("school", "")[:20]}, {})


@bp.post("/acordada")
@login_required
def enter_agreed() -> ResponseReturnValue:
    """Enter a partnership agreed outside a run, or set by a norm."""
    actor = current_actor()
    require(actor, Action.KEEP_REQUESTS)
    try:
        form = AgreedForm.from_request(local_today())
        with transaction() as session:
            agreed_outside.enter_partnership(session, form.details, actor=actor, today=local_today())
    except InvalidInput as error:
        return _agreed(request.form, error.fields), 422
    flash(_("Quedó registrado. Las dos escuelas lo ven desde ahora."))
    return redirect(url_for("requests.index"))


def _may(proposal_id: int, action: Action) -> None:
    """Refuse before the form is read: whose step it is comes first."""
    actor = current_actor()
    proposal = find_proposal(reading(), proposal_id, actor=actor)
    require(actor, action, place_of(proposal.school))


def _agreed(values: Any, errors: dict[str, str]) -> str:
    told = {name: translated(sentence) for name, sentence in errors.items()}
    return render_template("proposals/agreed.html", page=AgreedPage(values, told, local_today().isoformat()))


def _invitation(offer_id: int, values: Any, errors: dict[str, str]) -> str:
    found = offer_page(reading(), offer_id, actor=current_actor(), today=local_today())
    told = {name: translated(sentence) for name, sentence in errors.items()}
    return render_template("proposals/invitation.html", page=InvitationPage(found, values, told))


def _page(
    proposal_id: int,
    *,
    errors: dict[str, str] | None = None,
    ranks: dict[int, str] | None = None,
    values: Any = None,
    asked: str = "",
) -> str:
    session, actor = reading(), current_actor()
    found = shortlist(session, proposal_id, actor=actor, today=local_today())
    why, refusal = None, ""
    if asked:
        try:
            why = why_not(session, found.proposal, asked, actor=actor)
        except MingaError as error:
            refusal = translated(error.message)
    page = ShortlistPage(
        found=found,
        ranks=ranks or {},
        values=values or {},
        errors={name: translated(sentence) for name, sentence in (errors or {}).items()},
        asked=asked,
        why=why,
        refusal=refusal,
    )
    return render_template("proposals/show.html", page=page)
