"""Words about networks."""

from flask_babel import gettext as _
from flask_babel import ngettext

from network.peer_records import PeerNetwork
from service.formats import number
from service.text import say
from service.wording.need import WORDS as NEED_WORDS
from service.wording.translating import translated

WORDS = {
    "network_role": {
        "head": say("dirección de escuela"),
        "curriculum_head": say("jefatura técnica (UTP)"),
        "teacher": say("docencia"),
        "owner": say("sostenedor"),
        "supervisor": say("asesoría o supervisión"),
    },
    "agreement_state": {
        "done": say("se hizo"),
        "dropped": say("se dejó"),
        "open": say("pendiente"),
    },
    "unplaced": {
        "too_few": say("hay menos escuelas de las que una red necesita"),
        "sizes": say("con esos tamaños no cabe en ninguna red: es de las más alejadas"),
        "left_out": say("quedó fuera a mano"),
    },
}


def network_reasons(network: PeerNetwork) -> list[str]:
    """Why a proposed network hangs together, in sentences."""
    said = {reason.code: reason.value for reason in network.reasons}
    theme = NEED_WORDS["element"].get(network.theme or "")
    found = []
    if theme is not None:
        found.append(
            ngettext(
                "%(num)s escuela necesita apoyo en %(theme)s.",
                "%(num)s escuelas necesitan apoyo en %(theme)s.",
                int(said["shared_need"]),
                theme=translated(theme).lower(),
            )
        )
    if "strength_inside" in said:
        found.append(
            ngettext(
                "%(num)s escuela de la red es fuerte en eso.",
                "%(num)s escuelas de la red son fuertes en eso.",
                int(said["strength_inside"]),
            )
        )
    if "no_strength_inside" in said:
        found.append(_("Ninguna escuela de la red es fuerte en eso: convendrá invitar a alguien de fuera."))
    if "no_known_need" in said:
        found.append(_("No se conoce la necesidad de ninguna: se juntan por parecidas y cercanas."))
    if "near" in said:
        found.append(_("La más lejana está a %(km)s km de la escuela del medio.", km=number(said["near"])))
    if "places_unknown" in said:
        found.append(
            ngettext(
                "De %(num)s escuela no se sabe dónde está.",
                "De %(num)s escuelas no se sabe dónde están.",
                int(said["places_unknown"]),
            )
        )
    if "alike" in said:
        close = said["alike"]
        found.append(
            _("Sus circunstancias son muy parecidas.")
            if close < ALIKE
            else _("Sus circunstancias son parecidas.")
            if close < FAIRLY_ALIKE
            else _("Sus circunstancias son distintas entre sí.")
        )
    return found


ALIKE, FAIRLY_ALIKE = 0.75, 1.5
"""Mean context distances in standard deviations; the lines are ours."""
