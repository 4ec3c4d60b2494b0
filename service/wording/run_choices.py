"""Words about how a run chooses: policies, reruns, lots, extra rules, and what they come to."""

from collections.abc import Iterable, Mapping
from typing import Any

from flask_babel import gettext as _
from flask_babel import ngettext

from service.formats import number, percent
from service.text import Sentence, say
from service.wording.need import WORDS as NEED_WORDS
from service.wording.schools import WORDS as SCHOOL_WORDS
from service.wording.translating import translated

WORDS: dict[str, dict[str, Sentence]] = {
    "policy": {
        "total": say("El mejor en conjunto"),
        "fair": say("El que cuida a la que queda peor"),
        "stable": say("El que respeta las preferencias"),
    },
    "policy_sentence": {
        "total": say(
            "Atiende a cuantas se pueda de las que van primero, después a las demás, y busca la mayor suma "
            "de puntajes. Una escuela puede quedar con un par más débil si eso ayuda al conjunto."
        ),
        "fair": say(
            "Atiende a las mismas en número, pero sube primero el par más débil, después el siguiente, y "
            "así. La suma puede ser algo menor."
        ),
        "stable": say(
            "Ninguna escuela y ningún líder se preferirían entre sí antes que a quien les tocó; usa el orden "
            "que dijeron. Puede atender a menos escuelas. Ninguna escuela gana por callar o cambiar su orden."
        ),
    },
    "waited": {
        "published": say("Primero las que quedaron sin escuela par en rondas ya publicadas"),
        "previous": say("Primero también las que quedaron sin escuela par en la corrida de la que parte"),
        "none": say("No mirar quién ha esperado"),
    },
    "change": {
        "free": say("Se puede cambiar sin más"),
        "some": say("Cambiar un par solo si mejora algo (5 puntos de 100)"),
        "much": say("Cambiar un par solo si mejora mucho (20 puntos de 100)"),
        "least": say("Cambiar solo lo inevitable"),
    },
    "choice": {
        "territory": say("otro territorio"),
        "as_of": say("otro año de resultados"),
        "rule": say("otra regla"),
        "rule_changes": say("otra línea de la regla"),
        "owners": say("otras escuelas miradas"),
        "leaders": say("otros líderes"),
        "leaders_from": say("líderes de otros lugares"),
        "weights": say("otros pesos del parecido"),
        "like_percentile": say("otra línea de parecido"),
    },
    "group_of": {
        "rural": say("Ruralidad"),
        "ses_group": say("Grupo socioeconómico"),
        "owner": say("Sostenedor"),
    },
    "ranking_side": {
        "school": say("La escuela que recibe apoyo"),
        "leader": say("El líder de la escuela que lo da"),
    },
    "incentive_side": {
        "schools": say("escuelas"),
        "leaders": say("líderes"),
    },
}

EXTRA_RULES: Mapping[str, tuple[Sentence, Sentence]] = {
    "extra_owner_most": (
        say("A lo más tantos pares con líderes de un mismo sostenedor"),
        say("Para que la ayuda no descanse en uno solo."),
    ),
    "extra_minimum": (
        say("Cada líder, al menos con tantas escuelas"),
        say("Vale para quienes pueden ayudar a tantas y tienen los cupos."),
    ),
    "extra_rural_experience": (
        say("Al menos tantos pares con líderes que conozcan lo rural"),
        say("Han dirigido una escuela rural, o lo hacen."),
    ),
    "extra_rural_schools": (
        say("Al menos tantas escuelas rurales con escuela par"),
        say("De las que necesitan apoyo."),
    ),
    "extra_small_pupils": (
        say("Escuelas rurales muy pequeñas, juntas: hasta tantos estudiantes"),
        say("Las de una misma comuna comparten líder y un solo cupo, hasta cinco por grupo."),
    ),
    "extra_floor": (
        say("Ningún par bajo este puntaje (de 0 a 1)"),
        say("Un par más débil no se propone, aunque la escuela quede sin ninguno."),
    ),
}


def choices(names: Iterable[str]) -> str:
    """Choices whose effect only a run can tell, in one line."""
    return ", ".join(translated(WORDS["choice"][name]) for name in names if name in WORDS["choice"])


def group_label(group: str, label: str, owners: Mapping[str, str]) -> str:
    """A label of a group of schools in words."""
    if label == "unknown":
        return _("sin dato")
    if group == "rural":
        return _("rural") if label == "yes" else _("urbana")
    if group == "ses_group":
        names = [_("bajo"), _("medio bajo"), _("medio"), _("medio alto"), _("alto")]
        return names[int(label) - 1] if label in {"1", "2", "3", "4", "5"} else label
    return owners.get(label, label)


def broken_rule(one: Mapping[str, Any], names: Mapping[int, str]) -> str:
    """A rule that has to give way, and the smallest change that would do, in one or two sentences."""
    kind, asked, enough = one["kind"], one["asked"], one["enough"]
    if kind == "minimum":
        said = _("%(leader)s, al menos con %(n)s escuelas.", leader=_name(one["leader"], names), n=asked)
    elif kind == "places":
        said = _("%(leader)s, con %(n)s cupos.", leader=_name(one["leader"], names), n=asked)
    elif kind == "together":
        listed = ", ".join(_name(code, names) for code in one["schools"])
        return _("Que vayan juntas: %(names)s. Habría que dejar que se separen.", names=listed)
    elif kind == "limit":
        said = _limit(one)
    else:
        said = str(one["rule"]) + "."
    return said if enough is None else said + " " + _("Bastaría con %(n)s.", n=number(enough))


def proof(result: Mapping[str, Any]) -> str:
    """What the certificate of a run says, in words."""
    status, policy, gap = result["status"], result.get("policy", "total"), result["gap"]
    if status == "infeasible":
        return _("Está demostrado que ningún reparto cumple todas las reglas pedidas a la vez.")
    if policy == "stable" and status == "optimal":
        return _(
            "Está comprobado, par por par, que ninguna escuela y ningún líder se preferirían entre sí antes "
            "que a quien les tocó."
        )
    if status == "optimal" and not gap:
        if policy == "fair":
            return _(
                "Está demostrado que ningún reparto atiende a más escuelas que van primero, ni, entre los "
                "que atienden a las mismas en número, deja mejor a la que queda peor (por centésimos de "
                "puntaje)."
            )
        return _(
            "Está demostrado que no hay un reparto mejor con estas reglas: ningún otro atiende a más "
            "escuelas que van primero, ni, entre los que atienden a las mismas, suma más puntaje."
        )
    return _(
        "Se acabó el tiempo: este es el mejor reparto encontrado. Podría haber uno hasta %(gap)s mejor.",
        gap=percent(gap, 1),
    )


def _limit(one: Mapping[str, Any]) -> str:
    who = _("pares de %(what)s", what=_labels(one)) if _labels(one) else _("pares en total")
    if one["asked"] == one["most"] and one["most"] is not None and one["asked"] != one["least"]:
        return _("A lo más %(n)s %(who)s.", n=one["most"], who=who)
    return _("Al menos %(n)s %(who)s.", n=one["least"], who=who)


def _labels(one: Mapping[str, Any]) -> str:
    parts = []
    for name, label in one["schools"].items():
        parts.append(_("escuelas con %(label)s", label=_pair(name, label)))
    for name, label in one["leaders"].items():
        parts.append(_("líderes con %(label)s", label=_pair(name, label)))
    return _(" y ").join(parts)


def _pair(name: str, label: str) -> str:
    said = {
        "rural": _("ruralidad"),
        "rural_experience": _("experiencia rural"),
        "owner": _("sostenedor"),
        "ses_group": _("grupo socioeconómico"),
        "service": _("servicio"),
        "commune": _("comuna"),
        "region": _("región"),
    }.get(name, name)
    value = {"yes": _("sí"), "no": _("no")}.get(label, label)
    return f"{said}: {value}"


def _name(code: int, names: Mapping[int, str]) -> str:
    return names.get(int(code), str(code))


def strength(code: str) -> str:
    """What a leader has to be strong in."""
    if code == "both":
        return _("lectura y matemática")
    known = NEED_WORDS["element"].get(code) or SCHOOL_WORDS["area"].get(code)
    return code if known is None else translated(known).lower()


def step(found: Mapping[str, Any], area: str, strong_in: str) -> str:
    """What so many more leaders in a place would give, as a sentence."""
    leaders = ngettext(
        "Un líder más en %(area)s, fuerte en %(strength)s,",
        "%(num)s líderes más en %(area)s, fuertes en %(strength)s,",
        found["leaders"],
        area=area,
        strength=strength(strong_in),
    )
    return f"{leaders} {_given(found)}"


def step_in_short(found: Mapping[str, Any]) -> str:
    """The same under a place and a strength that are named already."""
    leaders = ngettext("Un líder más", "%(num)s líderes más", found["leaders"])
    return f"{leaders} {_given(found)}"


def _given(found: Mapping[str, Any]) -> str:
    many = found["leaders"] > 1
    given = ngettext("par a una escuela más", "par a %(num)s escuelas más", found["matched"])
    said = (_("darían %(what)s", what=given) if many else _("daría %(what)s", what=given)) + _worst(found)
    return said if found["proven"] else said + " " + _("(al menos: se acabó el tiempo)")


def _worst(found: Mapping[str, Any]) -> str:
    before, after = found["worst_before"], found["worst_after"]
    if after is None:
        return "."
    if before is None:
        return _("; el par más débil tendría %(after)s puntos de 100.", after=number(100 * after))
    shown = {"before": number(100 * before), "after": number(100 * after)}
    if shown["before"] == shown["after"]:
        return _("; el par más débil seguiría en %(after)s puntos de 100.", **shown)
    if after < before:
        return _(
            "; el par más débil quedaría en %(after)s puntos de 100 (hoy %(before)s), porque se atiende "
            "a más.",
            **shown,
        )
    return _("; el par más débil pasaría de %(before)s a %(after)s puntos de 100.", **shown)
