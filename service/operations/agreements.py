"""Agreements: proposed by one side, in force once both signed; a change is a new version (P4)."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from service.errors import Conflict, InvalidInput, NotFound
from service.lifecycles import Party
from service.models import Agreement
from service.models.columns import utc_now
from service.models.enums import Element
from service.models.states import ExchangeKind, PartnershipState
from service.operations.partnership_access import note_change, opened
from service.permissions import Actor
from service.text import say

MAXIMUM_FOCUS = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class AgreementText:
    """What an agreement says."""

    focus: tuple[Element, ...]
    kinds: tuple[ExchangeKind, ...]
    days: float
    conduct: str
    end_on: date


def propose_agreement(
    session: Session, partnership_id: int, text: AgreementText, *, actor: Actor, today: date
) -> Agreement:
    """Write a new version and sign it for one's own side; the one in force stays so until both signed.

    Raises
    ------
    InvalidInput
        More than three areas, none, no kind of exchange, or an end that is not to come.
    """
    partnership, parties = opened(session, partnership_id, actor)
    if not 1 <= len(text.focus) <= MAXIMUM_FOCUS:
        sentence = say("Elija de una a %(n)s áreas: con más, ninguna avanza.", n=MAXIMUM_FOCUS)
        raise InvalidInput(sentence, {"focus": sentence}, code="focus")
    if not text.kinds:
        sentence = say("Elija al menos una forma de encuentro.")
        raise InvalidInput(sentence, {"kinds": sentence}, code="kinds")
    if text.end_on <= max(today, partnership.start_on):
        sentence = say("La fecha de término tiene que ser futura.")
        raise InvalidInput(sentence, {"end_on": sentence}, code="end_on")
    last = session.scalar(
        select(func.max(Agreement.version)).where(Agreement.partnership_id == partnership_id)
    )
    agreement = Agreement(
        partnership_id=partnership_id,
        version=(last or 0) + 1,
        focus=[element.value for element in text.focus],
        kinds=[kind.value for kind in text.kinds],
        days=text.days,
        conduct=text.conduct,
        end_on=text.end_on,
        account_id=actor.account_id,
        created_at=utc_now(),
    )
    session.add(agreement)
    session.flush()
    note_change(session, partnership, "agreement_proposed", actor, version=agreement.version)
    _sign(agreement, parties, actor)
    session.flush()
    return agreement


def sign_agreement(session: Session, partnership_id: int, version: int, *, actor: Actor) -> Agreement:
    """Sign the newest version for one's side; with the second signature it is in force.

    Raises
    ------
    NotFound
        There is no such version.
    Conflict
        A newer version was proposed meanwhile: what was read is not what would be signed.
    """
    partnership, parties = opened(session, partnership_id, actor)
    versions = list(
        session.scalars(
            select(Agreement).where(Agreement.partnership_id == partnership_id).order_by(Agreement.version)
        )
    )
    agreement = next((one for one in versions if one.version == version), None)
    if agreement is None:
        raise NotFound(say("No hay un acuerdo con ese número."), code="unknown_agreement")
    if agreement is not versions[-1]:
        raise Conflict(
            say("Hay una versión más nueva del acuerdo. Léala antes de firmar."), code="newer_version"
        )
    _sign(agreement, parties, actor)
    note_change(session, partnership, "agreement_signed", actor, version=version)
    both = agreement.supported_signed_at is not None and agreement.supporting_signed_at is not None
    if both and partnership.state in (PartnershipState.ACTIVE, PartnershipState.TAPERING):
        partnership.end_on = agreement.end_on
    session.flush()
    return agreement


def _sign(agreement: Agreement, parties: frozenset[Party], actor: Actor) -> None:
    if Party.SUPPORTED in parties and agreement.supported_signed_at is None:
        agreement.supported_signed_at, agreement.supported_signed_by = utc_now(), actor.name[:160]
    elif Party.SUPPORTING in parties and agreement.supporting_signed_at is None:
        agreement.supporting_signed_at, agreement.supporting_signed_by = utc_now(), actor.name[:160]
