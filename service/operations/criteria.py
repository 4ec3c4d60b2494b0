"""Versions of the criteria: proposed by one person, approved by another, never changed afterwards."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from matching.designation import Asked, CriteriaVersion
from matching.designation_presets import PUBLISHED
from matching.errors import RuleError
from service.errors import Conflict, InvalidInput, NotFound
from service.models import CriteriaSet
from service.models.columns import utc_now
from service.models.leader_states import CriteriaState
from service.operations.events import record_event
from service.permissions import Action, Actor, require
from service.text import say

SHARES = (Asked.NOT_FALLING, Asked.ABOVE_EXPECTED)
"""Criteria whose threshold is a probability, typed in per cent."""


def version_from(
    base: str, version: str, reason: str, thresholds: Mapping[str, int | None]
) -> CriteriaVersion:
    """Make a version from a published one: only the criteria named stay, with these thresholds.

    Raises
    ------
    InvalidInput
        There is no such published version, nothing of it stays, or a threshold is out of range.
    """
    published = PUBLISHED.get(base)
    if published is None:
        sentence = say("Elija una de las opciones.")
        raise InvalidInput(sentence, {"version": sentence}, code="unknown_criteria")
    criteria, wrong = [], {}
    for one in published.criteria:
        if one.asked.value not in thresholds:
            continue
        typed = thresholds[one.asked.value]
        if one.threshold is None or typed is None:
            criteria.append(one)
            continue
        share = one.asked in SHARES
        try:
            criteria.append(replace(one, threshold=typed / 100 if share else float(typed)))
        except RuleError:
            name = f"threshold_{one.asked.value}"
            wrong[name] = say("Ese número está fuera de lo que este criterio admite.")
    if not criteria and not wrong:
        wrong["version"] = say("Deje al menos un criterio.")
    if wrong:
        raise InvalidInput(say("Hay datos por corregir."), wrong)
    return CriteriaVersion(name=published.name, version=version, source=reason, criteria=tuple(criteria))


def propose_criteria(
    session: Session, document: CriteriaVersion, *, system: str, reason: str, actor: Actor
) -> CriteriaSet:
    """Propose a version; nothing changes before somebody else approves it.

    Raises
    ------
    InvalidInput
        The name and version exist already: what applications keep must stay one thing.
    """
    require(actor, Action.PROPOSE_CRITERIA)
    taken = session.scalar(
        select(CriteriaSet.id).where(
            CriteriaSet.system == system,
            CriteriaSet.name == document.name,
            CriteriaSet.version == document.version,
        )
    )
    published = PUBLISHED.get(document.key)
    if taken is not None or (published is not None and published != document):
        sentence = say("Ya existe la versión «%(version)s»; escriba otra.", version=document.version)
        raise InvalidInput(sentence, {"version": sentence}, code="version_taken")
    kept = CriteriaSet(
        system=system,
        name=document.name,
        version=document.version,
        document=document.to_dict(),
        reason=reason,
        state=CriteriaState.PROPOSED,
        proposed_by_id=actor.account_id,
        proposed_at=utc_now(),
    )
    session.add(kept)
    try:
        session.flush()
    except IntegrityError as error:
        raise Conflict(say("Alguien propuso esa versión en este momento."), code="version_taken") from error
    _record(session, actor, "criteria_proposed", kept, reason)
    return kept


def decide_criteria(
    session: Session,
    criteria_id: int,
    *,
    approve: bool,
    in_force_from: date | None,
    reason: str,
    actor: Actor,
    today: date,
) -> CriteriaSet:
    """Approve a version from a day on, or reject it.

    Raises
    ------
    NotFound
        There is none.
    Conflict
        It was decided already, or the actor proposed it: two people make a version valid.
    InvalidInput
        It would hold from a day in the past.
    """
    require(actor, Action.APPROVE_CRITERIA)
    kept = session.get(CriteriaSet, criteria_id, with_for_update=True)
    if kept is None:
        raise NotFound(say("No existe esa versión de los criterios."), code="unknown_criteria")
    if kept.state is not CriteriaState.PROPOSED:
        raise Conflict(say("Alguien ya decidió sobre esta versión."), code="decided")
    if kept.proposed_by_id is not None and kept.proposed_by_id == actor.account_id:
        raise Conflict(
            say("Usted propuso esta versión: la aprueba o rechaza otra persona."), code="two_people"
        )
    if approve and (in_force_from is None or in_force_from < today):
        sentence = say("Escriba desde cuándo vale: hoy o después. Lo ya postulado no cambia.")
        raise InvalidInput(sentence, {"in_force_from": sentence}, code="in_the_past")
    kept.state = CriteriaState.APPROVED if approve else CriteriaState.REJECTED
    kept.in_force_from = in_force_from if approve else None
    kept.decided_by_id, kept.decided_at, kept.decision_reason = actor.account_id, utc_now(), reason
    session.flush()
    _record(session, actor, "criteria_approved" if approve else "criteria_rejected", kept, reason)
    return kept


def _record(session: Session, actor: Actor, action: str, kept: CriteriaSet, reason: str) -> None:
    record_event(
        session,
        actor=actor,
        action=action,
        object_type="criteria",
        object_id=kept.id,
        reason=reason,
        data={"name": kept.name, "version": kept.version, "system": kept.system},
    )
