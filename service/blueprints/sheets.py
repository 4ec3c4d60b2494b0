"""The lists of pages as sheets, in words."""

from collections.abc import Iterable

from flask_babel import gettext as _

from service.exports import Cell, Sheet
from service.models.columns import local_day
from service.queries.account_pages import AccountLine
from service.queries.leaders import LeaderLine, SuggestedLine
from service.queries.need import NeedLine
from service.queries.schools_lists import SchoolLine
from service.wording import words
from service.wording.leaders import RESULT_CRITERIA, criterion
from service.wording.need import evidence
from service.wording.schools import short_standing


def schools_sheet(lines: Iterable[SchoolLine], *, with_need: bool) -> Sheet:
    """The list of schools."""
    header = [
        _("Código"),
        _("Nombre"),
        _("Estado"),
        _("Comuna"),
        _("Tipo de sostenedor"),
        _("Sostenedor"),
        _("Servicio local"),
        _("Ruralidad"),
        _("Niveles"),
        _("Matrícula"),
    ]
    if with_need:
        header += [_("Necesidad de apoyo"), _("Urgencia")]

    def row(line: SchoolLine) -> list[Cell]:
        cells: list[Cell] = [
            line.key,
            line.name,
            words(line.status, "school_status"),
            line.commune,
            None if line.owner_type is None else words(line.owner_type, "owner_type"),
            line.owner,
            line.service,
            rurality(line.rural),
            ", ".join(words(phase, "phase") for phase in line.phases),
            line.enrolment,
        ]
        if with_need:
            cells += [None if line.need is None else words(line.need, "need_status"), line.urgency]
        return cells

    return Sheet("establecimientos", header, (row(line) for line in lines))


def need_sheet(lines: Iterable[NeedLine]) -> Sheet:
    """Who needs support, and why."""
    header = [
        _("Código"),
        _("Nombre"),
        _("Comuna"),
        _("Tipo de sostenedor"),
        _("Ruralidad"),
        _("Matrícula"),
        _("Nivel"),
        _("Respuesta de la regla"),
        _("Urgencia"),
        _("Por qué"),
        _("Diagnóstico validado en"),
    ]
    rows = (
        [
            line.school_key,
            line.school_name,
            line.commune,
            None if line.owner_type is None else words(line.owner_type, "owner_type"),
            rurality(line.rural),
            line.enrolment,
            None if line.phase is None else words(line.phase, "phase"),
            words(line.status, "need_status"),
            line.urgency,
            words(line.reason, "cannot_assess")
            if line.reason
            else " ".join(evidence(piece) for piece in line.evidence),
            line.diagnosed_in,
        ]
        for line in lines
    )
    return Sheet("necesidad", header, rows)


def leaders_sheet(lines: Iterable[LeaderLine], *, with_contact: bool) -> Sheet:
    """The leaders of a territory; addresses only for its coordination."""
    header = [
        _("Nombre"),
        _("Escuela"),
        _("Código"),
        _("Comuna"),
        _("Estado"),
        _("En el cargo desde"),
        _("Cupos"),
        _("Cupos libres"),
        _("En línea"),
        _("Distancia máxima (km)"),
        _("Consentimientos"),
        _("Formación"),
        _("Su escuela"),
    ]
    if with_contact:
        header.append(_("Correo"))

    def row(line: LeaderLine) -> list[Cell]:
        cells: list[Cell] = [
            line.name,
            line.school_name,
            line.school_key,
            line.commune,
            words(line.status, "leader_status"),
            line.in_post_since,
            line.capacity,
            line.free,
            _("sí") if line.online else _("no"),
            line.max_km,
            _("sí") if line.consents else _("no"),
            _("sí") if line.trained else _("no"),
            None if line.own_school is None else words(line.own_school, "need_status"),
        ]
        return [*cells, line.email] if with_contact else cells

    return Sheet("lideres", header, (row(line) for line in lines))


def suggested_sheet(lines: Iterable[SuggestedLine]) -> Sheet:
    """Schools whose heads could be approached, with the evidence for each criterion."""
    header = [
        _("Código"),
        _("Nombre"),
        _("Comuna"),
        _("Nivel"),
        _("Año"),
        _("Valor agregado"),
        _("Desde"),
        _("Hasta"),
        _("En palabras"),
        *(words(code, "criterion") for code in RESULT_CRITERIA),
    ]
    rows = []
    for line in lines:
        by_code = {piece["criterion"]: piece for piece in line.evidence}
        found = line.estimate
        rows.append(
            [
                line.school_key,
                line.school_name,
                line.commune,
                words(line.phase, "phase"),
                line.as_of,
                None if found is None else round(found.level, 1),
                None if found is None else round(found.lower, 1),
                None if found is None else round(found.upper, 1),
                None if found is None else short_standing(found.lower, found.upper),
                *(criterion(by_code[code]) if code in by_code else None for code in RESULT_CRITERIA),
            ]
        )
    return Sheet("podrian-liderar", header, rows)


def rurality(rural: bool | None) -> str | None:
    """``rural``, ``urbana`` or nothing known."""
    return None if rural is None else words("rural" if rural else "urban", "rurality")


def accounts_sheet(lines: Iterable[AccountLine]) -> Sheet:
    """The accounts of a territory."""
    header = [_("Nombre"), _("Correo"), _("Roles"), _("Estado"), _("Mensaje"), _("Desde"), _("Última vez")]
    return Sheet(
        _("cuentas"),
        header,
        [
            [
                line.name,
                line.email,
                ", ".join(f"{words(role.role, 'role')}: {role.territory}" for role in line.roles),
                words(line.state, "account_state"),
                None if line.delivery is None else words(line.delivery, "message_state"),
                local_day(line.created_at),
                None if line.last_seen is None else line.last_seen.date(),
            ]
            for line in lines
        ],
    )
