"""Words about imports: sources, states, what a new directory changes, why a row came back."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from flask_babel import gettext as _
from flask_babel import ngettext

from service.formats import day, number
from service.models.columns import MAINLAND
from service.text import say
from service.wording.schools import WORDS as SCHOOL_WORDS
from service.wording.translating import enumerated, translated

KILOBYTE = 1024

WORDS = {
    "source_about": {
        "cl-directory": say(
            "Qué escuelas hay, dónde están y de quién dependen. Lo publica cada año el Centro de Estudios "
            "del Ministerio de Educación, en Datos Abiertos."
        ),
        "cl-slep": say(
            "Qué servicio local atiende cada comuna y desde qué año. Lo publica el Ministerio de Educación."
        ),
        "cl-simce": say(
            "Puntajes y estándares por escuela, un archivo por curso y año. Los publica la Agencia de "
            "Calidad de la Educación, en sus bases de datos públicas por establecimiento."
        ),
        "cl-ive": say(
            "Índice de vulnerabilidad por escuela, un archivo para básica y otro para media. "
            "Lo publica la JUNAEB cada año."
        ),
        "leaders": say(
            "Su propia lista, una persona por fila: RBD de su escuela, nombre, correo, desde cuándo dirige, "
            "a cuántas escuelas puede acompañar y lo que sabe hacer. Si las columnas se llaman de otra "
            "manera, se le pregunta cuál es cuál."
        ),
        "needs": say(
            "Su propia lista, una necesidad por fila: RBD, año, dimensión y nivel de 1 a 4. Si las columnas "
            "se llaman de otra manera, se le pregunta cuál es cuál."
        ),
        "accounts": say(
            "Su propia lista de personas por invitar, una por fila: nombre, correo, rol, y el RBD de su "
            "escuela o su territorio. A cada una le llega un correo con un enlace cuando la lista se aplica."
        ),
        "visits": say(
            "Visitas que ya se hicieron, una por fila: las dos escuelas, el día, quiénes se encontraron, "
            "quién recibió, cómo, cuántas horas y cuántas personas."
        ),
        "travel-times": say("Minutos de camino entre dos establecimientos, de ida; una fila por camino."),
        "school-calendar": say(
            "El calendario escolar del año: períodos de clases, vacaciones, días de prueba y fechas de "
            "silencio, por región o comuna. Un archivo nuevo reemplaza los años que cuenta."
        ),
        "en-gias": say(
            "Qué escuelas hay en Inglaterra. Lo publica el Department for Education, en Get Information "
            "About Schools."
        ),
        "en-results": say(
            "Resultados de fin de primaria por escuela. Los publica el Department for Education, en sus "
            "tablas de desempeño."
        ),
    },
    "batch_state": {
        "uploaded": say("recibida"),
        "checked": say("revisada, sin aplicar"),
        "applied": say("aplicada"),
        "refused": say("no admitida"),
        "discarded": say("descartada"),
    },
    "change_kind": {
        "corrected_here": say("Corregidas aquí"),
        "closed": say("Cierran"),
        "merged": say("Se fusionan"),
        "reopened": say("Reabren"),
        "opened": say("Abren"),
        "owner_changed": say("Otro sostenedor"),
        "moved": say("Otra comuna"),
        "renamed": say("Otro nombre"),
    },
    "change_about": {
        "corrected_here": say(
            "Alguien corrigió estos datos a mano y el archivo dice otra cosa. Se conserva lo corregido, "
            "salvo que usted acepte lo del archivo."
        ),
        "closed": say("El archivo las da por cerradas. Siguen en Minga, con su historia."),
        "merged": say("El archivo dice qué escuela las continúa."),
        "reopened": say("Estaban cerradas y el archivo las da por abiertas."),
        "opened": say("No estaban en Minga. Si una no se acepta, no se crea."),
        "owner_changed": say(
            "El archivo nombra a otro sostenedor. El anterior queda en la historia de la escuela, con fechas."
        ),
        "moved": say("El archivo las ubica en otra comuna."),
        "renamed": say("El archivo escribe otro nombre."),
    },
    "change_decision": {
        "accepted": say("se aplica"),
        "rejected": say("queda fuera"),
    },
    "change_outcome": {
        "accepted": say("se aplicó"),
        "rejected": say("quedó fuera"),
    },
    "correction_column": {
        **SCHOOL_WORDS["correction_field"],
        "commune_id": say("Comuna"),
        "latitude": say("Latitud"),
        "longitude": say("Longitud"),
        "has_enrolment": say("Con matrícula"),
        "special_enrolment": say("Matrícula especial"),
        "successor_id": say("Establecimiento que la continúa"),
        "check_digit": say("Dígito verificador"),
        "owner": say("Sostenedor"),
        "owner_id": say("Sostenedor"),
        "service_id": say("Servicio local"),
    },
    "rejection": {
        "unknown_school": say("La escuela no está en Minga"),
        "no_partnership": say("Las dos escuelas no trabajan juntas"),
        "visit_ahead": say("La visita todavía no llega"),
        "ambiguous_school": say("El número vale para más de una escuela"),
        "not_allowed": say("La escuela no es de su territorio"),
        "duplicate_row": say("La fila se repite"),
        "duplicate_school": say("La escuela se repite"),
        "email_of_other_person": say("El correo ya es de otra persona"),
        "bad_code": say("El código de la escuela no se entiende"),
        "bad_value": say("Un dato no se entiende"),
        "bad_level": say("El nivel no va de 1 a 4"),
        "bad_year": say("El año no se entiende"),
        "bad_email": say("El correo no se entiende"),
        "incomplete": say("Faltan datos en la fila"),
        "no_name": say("Falta el nombre"),
        "no_owner_type": say("Falta la dependencia"),
        "no_year": say("Falta el año"),
        "other_year": say("La fila es de otro año"),
        "score_range": say("El puntaje no es posible"),
        "too_long": say("Un texto es demasiado largo"),
        "unknown_code": say("El código no se conoce"),
        "unknown_element": say("La dimensión no se conoce"),
        "unknown_role": say("El rol no se conoce"),
        "unknown_status": say("El estado no se conoce"),
    },
    "own_column": {
        "school": say("Código de la escuela (RBD)"),
        "name": say("Nombre de la persona"),
        "email": say("Correo"),
        "in_post_since": say("En el cargo desde"),
        "status": say("Estado de la designación"),
        "capacity": say("A cuántas escuelas puede acompañar"),
        "elements": say("Lo que sabe hacer (dimensiones)"),
        "languages": say("Lenguas"),
        "online": say("Acepta a distancia"),
        "max_km": say("Distancia máxima (km)"),
        "consent_on": say("Fecha de su consentimiento"),
        "owner_consent_on": say("Fecha del consentimiento del sostenedor"),
        "trained_on": say("Fecha de su inducción"),
        "year": say("Año"),
        "element": say("Dimensión"),
        "level": say("Nivel (1 a 4)"),
        "note": say("Nota"),
    },
}

STEPS = (
    ("cl-directory", say("Directorio oficial"), say("Las escuelas: todo lo demás se une a ellas.")),
    ("cl-slep", say("Servicios locales"), say("Quién atiende cada comuna, y desde cuándo.")),
    ("cl-simce", say("SIMCE"), say("Todos los años que tenga: la mejora se ve en el tiempo.")),
    ("cl-ive", say("IVE"), say("Para comparar solo con escuelas parecidas.")),
    ("leaders", say("Líderes"), say("Quiénes pueden acompañar: los carga la coordinación de su territorio.")),
)
"""The order in which an empty Minga is filled, with what each file is for."""


def years(found: Sequence[int]) -> str:
    """``2014–2018 y 2022``: years in a row are told as one stretch.

    Examples
    --------
    >>> years([2014, 2015, 2016])
    '2014–2016'
    """
    stretches: list[list[int]] = []
    for year in sorted(set(found)):
        if stretches and stretches[-1][-1] == year - 1:
            stretches[-1] = [stretches[-1][0], year]
        else:
            stretches.append([year])
    return enumerated(["–".join(str(year) for year in stretch) for stretch in stretches])


def size(count: int) -> str:
    """The size of a file: ``3,6 MB``."""
    if count < KILOBYTE:
        return _("%(n)s bytes", n=number(count))
    if count < KILOBYTE**2:
        return f"{number(count / KILOBYTE)} kB"
    return f"{number(count / KILOBYTE**2, 1)} MB"


def moment(value: datetime | None) -> str:
    """A moment on the clock of mainland Chile: ``jue 12 mar 2026, 10:05``."""
    if value is None:
        return "–"
    local = value.astimezone(MAINLAND)
    return f"{day(local)}, {local:%H:%M}"


def counted(counts: Mapping[str, Any]) -> str:
    """``120 filas nuevas, 3 con cambios y 5 rechazadas``; kinds with no row are left out."""
    new, changed = counts.get("created", 0), counts.get("updated", 0)
    same, bad = counts.get("unchanged", 0), counts.get("rejected", 0)
    clauses = [
        ngettext("%(shown)s fila nueva", "%(shown)s filas nuevas", new, shown=number(new)) if new else "",
        ngettext("%(shown)s con cambios", "%(shown)s con cambios", changed, shown=number(changed))
        if changed
        else "",
        ngettext("%(shown)s igual", "%(shown)s iguales", same, shown=number(same)) if same else "",
        ngettext("%(shown)s rechazada", "%(shown)s rechazadas", bad, shown=number(bad)) if bad else "",
    ]
    return enumerated([clause for clause in clauses if clause]) or _("ninguna fila")


def lead(state: str, counts: Mapping[str, Any], applied_at: datetime | None, left_out: int) -> str:
    """What a batch would do, or did, in a sentence or two."""
    if state == "discarded":
        return _("Se descartó: no se aplicó nada. Traía %(counted)s.", counted=counted(counts))
    if state == "applied":
        return _("Se aplicó el %(when)s: %(counted)s.", when=day(applied_at), counted=counted(counts))
    if not counts.get("created") and not counts.get("updated"):
        if not counts.get("unchanged"):
            return _("Ninguna fila se puede usar. Corrija el archivo y súbalo de nuevo.")
        return _("No trae nada nuevo: %(counted)s. Aplicarlo no cambiaría nada.", counted=counted(counts))
    text = _("Si se aplica: %(counted)s. Todavía no se ha aplicado nada.", counted=counted(counts))
    if left_out:
        text += " " + ngettext(
            "%(shown)s cambio queda fuera.",
            "%(shown)s cambios quedan fuera.",
            left_out,
            shown=number(left_out),
        )
    return text


def holding(what: str, count: int) -> str:
    """What a source brought: ``16.768 establecimientos``."""
    shown = number(count)
    if what == "schools":
        return ngettext("%(shown)s establecimiento", "%(shown)s establecimientos", count, shown=shown)
    if what == "services":
        return ngettext("%(shown)s servicio", "%(shown)s servicios", count, shown=shown)
    if what == "communes":
        return ngettext("%(shown)s comuna", "%(shown)s comunas", count, shown=shown)
    if what == "leaders":
        return ngettext("%(shown)s líder", "%(shown)s líderes", count, shown=shown)
    if what == "needs":
        return ngettext("%(shown)s necesidad", "%(shown)s necesidades", count, shown=shown)
    if what == "visits":
        return ngettext("%(shown)s visita", "%(shown)s visitas", count, shown=shown)
    if what == "ways":
        return ngettext("%(shown)s camino", "%(shown)s caminos", count, shown=shown)
    if what == "calendar_days":
        return ngettext("%(shown)s período o día", "%(shown)s períodos y días", count, shown=shown)
    if what == "accounts":
        return ngettext("%(shown)s cuenta", "%(shown)s cuentas", count, shown=shown)
    known = SCHOOL_WORDS["test"].get(what) or SCHOOL_WORDS["indicator"].get(what) or what
    return _("%(what)s: %(shown)s escuelas en el último año", what=translated(known), shown=shown)
