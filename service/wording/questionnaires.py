"""Words about the questionnaires for reflection: how a network works, and the profile of a service."""

from flask_babel import gettext as _

from service.formats import number
from service.queries.questionnaire_results import FunctioningYear, Profile
from service.text import say
from service.wording.translating import translated

WORDS = {
    "questionnaire_kind": {
        "functioning": say("Cómo funciona la red"),
        "culture": say("Perfil del servicio"),
    },
    "answer_side": {
        "school": say("Escuelas"),
        "body": say("Equipo del servicio o sostenedor"),
    },
    "questionnaire_item": {
        "purpose": say("La red trabaja en algo concreto que mejora lo que aprenden nuestros estudiantes."),
        "bonds": say("En la red podemos mostrar lo que no nos resulta sin temor a que nos juzguen."),
        "inquiry": say("Probamos, miramos qué pasó y volvemos a probar."),
        "steering": say("Las sesiones están bien conducidas y todas las escuelas tienen voz."),
        "learning": say("Entre una sesión y otra hacemos en la escuela algo que aprendimos en la red."),
        "outward": say("La red trae ideas de otras redes, escuelas o investigaciones."),
        "families": say("La red toma en cuenta a estudiantes y familias, no solo a directivos."),
        "means": say("Tenemos el tiempo y los medios para participar."),
        "own_goals": say("Las metas de la red las pusimos las escuelas."),
        "alone": say("Cada escuela ve sola cómo enseña; el servicio no se mete en eso."),
        "paperwork": say("El servicio se ocupa sobre todo de trámites, compras y edificios."),
        "no_questions": say("Nadie del servicio pregunta por lo que pasa en las salas."),
        "far": say("Lo que una escuela aprende no llega a las demás."),
        "targets": say("Lo primero que mira el servicio son las metas y su cumplimiento."),
        "compliance": say("Se pide que todas las escuelas hagan lo mismo y lo informen."),
        "figures_up": say("Se espera que los resultados de las pruebas suban pronto."),
        "pressure": say("Cuando una meta no se cumple, hay que rendir cuentas."),
        "ask_why": say("Ante un resultado, el servicio y las escuelas se preguntan juntos por qué."),
        "feedback": say("Los resultados vuelven a cada escuela con tiempo para conversarlos."),
        "practice_shared": say(
            "El servicio junta a escuelas con problemas parecidos para que se muestren lo que hacen."
        ),
        "mistakes": say("Se puede decir que algo no resultó y aprender de eso."),
        "local_need": say("El apoyo responde a lo que cada escuela necesita."),
        "all_pupils": say(
            "Las escuelas y el servicio se sienten responsables de todos los estudiantes del territorio."
        ),
        "initiative": say("El servicio y sus escuelas toman iniciativas propias, sin esperar instrucciones."),
        "joined_aims": say(
            "Lo que se busca aquí y lo que pide la política nacional se unen en un mismo plan."
        ),
        "open_results": say("Todas las escuelas de una red saben quién participa y qué se logra."),
    },
    "culture": {
        "laissez_faire": say("Cada escuela por su cuenta"),
        "accountability": say("Rendir cuentas"),
        "learning": say("Aprender en conjunto"),
    },
    "culture_about": {
        "laissez_faire": say("el servicio administra, y lo que se enseña queda en cada escuela"),
        "accountability": say("el servicio mira metas, cumplimiento y resultados"),
        "learning": say(
            "el servicio pregunta por qué, devuelve los resultados y junta a quienes pueden aprender entre sí"
        ),
    },
}

ALIKE = 0.5
"""Points, of the three between 1 and 4, under which two sides say much the same; the line is ours."""


def functioning_sentence(year: FunctioningYear, minimum: int) -> str:
    """What one year says of a network, in one sentence."""
    counts = {
        "year": year.year,
        "answered": number(year.reply.answered),
        "invited": number(year.reply.invited),
        "minimum": minimum,
    }
    if year.closed_on is None:
        return _(
            "El cuestionario de %(year)s está abierto: contestaron %(answered)s de %(invited)s.", **counts
        )
    known = year.known
    if not known:
        return _(
            "En %(year)s contestaron %(answered)s de %(invited)s;"
            " hacen falta %(minimum)s respuestas para mostrar lo que dicen.",
            **counts,
        )
    said = [translated(WORDS["questionnaire_item"][one.code]).rstrip(".") for one in (known[0], known[-1])]
    return _(
        "En %(year)s contestaron %(answered)s de %(invited)s. Lo más afirmado:"
        " «%(first)s». Lo menos: «%(last)s».",
        **counts,
        first=said[0],
        last=said[1],
    )


def profile_sentence(profile: Profile, minimum: int) -> str:
    """What a profile says, in one sentence: on which culture the body and its schools differ most."""
    if profile.closed_on is None:
        return _(
            "El perfil está abierto: contestaron %(body)s de %(bodies)s del equipo y"
            " %(schools)s de %(all)s de las escuelas.",
            body=number(profile.body.answered),
            bodies=number(profile.body.invited),
            schools=number(profile.schools.answered),
            all=number(profile.schools.invited),
        )
    far = profile.farthest
    if far is None or far.distance is None:
        return _(
            "Para ver la distancia hacen falta %(minimum)s respuestas de cada lado; hubo"
            " %(body)s del equipo y %(schools)s de las escuelas.",
            minimum=minimum,
            body=number(profile.body.answered),
            schools=number(profile.schools.answered),
        )
    if abs(far.distance) < ALIKE:
        return _("El equipo y sus escuelas ven la cultura del servicio de manera parecida.")
    culture = translated(WORDS["culture"][far.code]).lower()
    points = number(abs(far.distance), 1)
    if far.distance > 0:
        return _(
            "Donde más se distancian es en «%(culture)s»: el equipo lo ve %(points)s puntos"
            " más que sus escuelas.",
            culture=culture,
            points=points,
        )
    return _(
        "Donde más se distancian es en «%(culture)s»: las escuelas lo ven %(points)s"
        " puntos más que el equipo.",
        culture=culture,
        points=points,
    )
