"""Words about matching runs: states, steps, terms, and what is missing before publishing."""

from flask_babel import gettext as _

from service.formats import number
from service.text import say

WORDS = {
    "run_state": {
        "queued": say("en espera"),
        "running": say("en marcha"),
        "finished": say("lista, sin publicar"),
        "failed": say("no terminó"),
        "published": say("publicada"),
    },
    "run_kind": {
        "real": say("Con líderes designados"),
        "exploratory": say("Exploratorias"),
    },
    "run_step": {
        "schools": say("Leyendo los establecimientos"),
        "evidence_preschool": say("Mirando la educación parvularia"),
        "evidence_primary": say("Calculando el valor agregado en básica"),
        "evidence_secondary": say("Calculando el valor agregado en media"),
        "evidence_special": say("Mirando la educación especial"),
        "evidence_adult": say("Mirando la educación de adultos"),
        "leaders": say("Mirando quién puede acompañar"),
        "pairs": say("Buscando los pares permitidos"),
        "assignment": say("Repartiendo los cupos"),
        "comparison": say("Comparando tres maneras de repartir"),
        "incentives": say("Probando si conviene decir otro orden"),
        "recruiting": say("Viendo dónde faltan líderes"),
    },
    "term": {
        "context": say("Parecido del contexto"),
        "gap": say("Distancia en resultados"),
        "elements": say("Fortalezas donde hay necesidad"),
        "logistics": say("Cercanía"),
        "experience": say("Experiencia"),
        "continuity": say("Continuidad"),
    },
    "term_sentence": {
        "context": say("1 si las circunstancias son iguales; 0 si están justo en la línea de parecido."),
        "gap": say(
            "Sube hasta 15 puntos de ventaja, se mantiene hasta 30 y luego baja: enseña más un par que está "
            "al alcance que una escuela lejana."
        ),
        "elements": say("Cuánto ha avanzado quien acompaña justo en lo que la escuela necesita."),
        "logistics": say(
            "1 si están en el mismo lugar; 0 en el límite de distancia; en línea, al menos 0,3."
        ),
        "experience": say("La mitad por haber trabajado en escuelas así, la mitad por los años en el cargo."),
        "continuity": say("1 si ya trabajaron juntas; la mitad si tienen el mismo sostenedor."),
    },
    "guard": {
        "diagnosis_not_validated": say("Falta validar el diagnóstico con la escuela"),
        "leader_consent_missing": say("Falta el consentimiento de quien acompaña"),
        "owner_consent_missing": say("Falta el consentimiento de su sostenedor"),
        "training_missing": say("Falta registrar la formación de quien acompaña"),
        "leader_not_active": say("Quien acompaña no está en ejercicio"),
        "school_not_working": say("Una de las dos escuelas ya no funciona"),
        "no_place_left": say("A quien acompaña no le quedan cupos"),
        "school_has_proposal": say("La escuela ya tiene una propuesta o un acompañamiento abierto"),
        "request_undecided": say("Falta decidir qué sigue a la solicitud de la escuela"),
        "outcome_not_match": say("El diagnóstico llevó a otra cosa que a buscar una escuela par"),
        "pair_declined": say("Una de las dos dijo que no hace poco"),
    },
    "mark": {
        "lock": say("fijado"),
        "forbid": say("descartado"),
    },
    "unmatched": {
        "no_allowed_pair": say("Ningún líder cumple todas las reglas."),
        "no_place_left": say("Hay quien podría acompañar, pero sus cupos van a otras escuelas."),
        "not_ranked": say(
            "Quienes podrían acompañarla no están entre quienes nombró, o no la nombran a ella."
        ),
        "below_floor": say("Sus pares posibles quedan bajo el puntaje mínimo pedido para esta corrida."),
        "discarded": say("Los pares que podía formar se descartaron a mano."),
        "limit_reached": say("Un límite pedido para esta corrida ya se alcanzó."),
        "minimum_elsewhere": say("Una regla pedida para esta corrida necesitó el cupo en otra parte."),
        "kept_together": say("Debe ir junto con otras, y ningún líder tuvo lugar para todas."),
        "infeasible": say("Las reglas pedidas no se pueden cumplir juntas, así que no se propuso a nadie."),
    },
    "not_asked": {
        "has_proposal": say("Ya tiene una propuesta publicada, así que la corrida no le buscó otra."),
        "not_public": say("No es pública, y la corrida miró solo las públicas."),
        "not_in_need": say("Según la regla de la corrida no necesita apoyo."),
        "no_results": say("No tiene resultados publicados ni una necesidad registrada."),
        "too_few_tests": say("Tiene muy pocos resultados para saberlo, y ninguna necesidad registrada."),
        "too_few_pupils": say(
            "Rinden tan pocos estudiantes que no se puede saber, y no hay una necesidad registrada."
        ),
        "outside_territory": say("No es del territorio de la corrida."),
    },
    "leaders_kind": {
        "designated": say("Líderes designados"),
        "suggested": say("Escuelas sugeridas (exploratoria)"),
    },
    "leaders_from": {
        "all": say("De cualquier territorio"),
        "territory": say("Solo de este territorio"),
    },
    "owners": {
        "public": say("Solo las públicas"),
        "all": say("Todas, de cualquier sostenedor"),
    },
    "rule_source": {
        "value_added": say(
            "Minga. Mira niveles corregidos por su contexto y suavizados, para que el azar de un año no pase "
            "por necesidad."
        ),
        "standard_30_reading": say("Anderson, sobre el programa de intervención de Ontario."),
        "standard_30_mathematics": say("Anderson, sobre el programa de intervención de Ontario."),
        "ofip_34_reading": say("Ontario Focused Intervention Partnership, OFIP-1."),
        "ofip_34_mathematics": say("Ontario Focused Intervention Partnership, OFIP-1, allí para lectura."),
    },
    "weights": {
        "learned": say("Aprendidos de los datos"),
        "expert": say("De expertos"),
        "equal": say("Todos iguales"),
    },
    "weights_sentence": {
        "learned": say(
            "Pesa más lo que mejor anticipa los resultados de escuelas parecidas, hasta el año elegido."
        ),
        "expert": say("Una lista publicada, con una razón por cada peso."),
        "equal": say("Cada característica cuenta lo mismo."),
    },
    "expert_reason": {
        "ses_group": say(
            "Los medios de las familias son lo que más dice de aquello con que trabaja una escuela."
        ),
        "vulnerability_share": say(
            "El índice es más fino que el grupo, pero más antiguo, y no lo tienen las escuelas pagadas."
        ),
        "size": say("Una escuela pequeña se dirige, se organiza y se dota de otra manera que una grande."),
        "rural": say("Las escuelas rurales comparten cursos combinados, viajes y pocos colegas."),
        "phases": say("Quien dirige enseñanza media tiene otros docentes y otra jornada."),
        "owner_kind": say("En lo público y en lo privado no se decide lo mismo."),
        "region": say("Las regiones vecinas difieren menos de lo que sugieren sus límites."),
        "remoteness": say(
            "El aislamiento decide con quién se encuentran los docentes y quién postula a un cargo."
        ),
        "commune_ses": say("Las otras escuelas de la comuna muestran de dónde vienen sus estudiantes."),
        "special_needs_share": say(
            "Una escuela con cursos especiales organiza a su personal en torno a ellos."
        ),
    },
    "preset": {
        "nle": say("National Leaders of Education, adaptado"),
    },
}


def moved_urgencies(changes: dict[str, int]) -> str:
    """How many more or fewer schools would be matched, over all urgencies."""
    total = sum(changes.values())
    if total == 0:
        return _("Se emparejarían las mismas escuelas en número.")
    if total < 0:
        return _("Quedarían %(n)s escuelas menos con propuesta.", n=number(-total))
    return _("Quedarían %(n)s escuelas más con propuesta.", n=number(total))
