"""Words about requests, shortlists and offers."""

from collections.abc import Iterable

from service.models.states import AnswerRole
from service.text import say
from service.wording import rubric
from service.wording.translating import translated

WORDS = {
    "request_state": {
        "draft": say("en borrador"),
        "submitted": say("enviada"),
        "diagnosed": say("diagnóstico conversado"),
        "matched": say("con escuela par"),
        "closed": say("cerrada"),
    },
    "outcome": {
        "match": say("Buscar una escuela par"),
        "review_progress": say("Revisar primero cómo avanza lo que ya está en marcha"),
        "cannot_assess": say("Por ahora no se puede saber"),
    },
    "purpose": {
        "culture": say("Que todos en la escuela sientan que reman para el mismo lado"),
        "professional": say("Que las y los docentes preparen, conversen y mejoren sus clases en conjunto"),
        "observation": say("Observar clases y conversar sobre ellas de modo que ayude a enseñar mejor"),
        "focus": say("Que lo que hacemos cada día apunte a que los estudiantes aprendan"),
        "institutional": say("Que lo bueno siga aunque cambien las personas"),
        "strategy": say("Pasar de muchas acciones sueltas a un plan que sepamos llevar entre todos"),
        "leadership": say("Trabajar mejor como equipo directivo"),
        "trust": say("Que haya más confianza entre directivos, docentes y familias"),
        "reading": say("Que nuestros estudiantes lean y comprendan mejor"),
        "mathematics": say("Que nuestros estudiantes avancen en matemática"),
    },
    "proposal_state": {
        "draft": say("en borrador"),
        "published": say("la escuela elige"),
        "offered": say("se pregunta a quien eligió"),
        "accepted": say("dijeron que sí"),
        "declined": say("la escuela dijo que no"),
        "expired": say("pasa a la próxima ronda"),
        "withdrawn": say("la coordinación la retiró"),
    },
    "offer_state": {
        "waiting": say("se le preguntará pronto"),
        "asked": say("espera su respuesta"),
        "accepted": say("dijo que sí"),
        "declined": say("no puede por ahora"),
        "expired": say("no contestó en el plazo"),
        "withdrawn": say("ya no hace falta"),
    },
    "decline_reason": {
        "no_time": say("No hay tiempo este año"),
        "too_far": say("Queda demasiado lejos"),
        "other_needs": say("Lo que se necesita es otra cosa"),
        "known_already": say("Ya nos conocemos, y preferimos a alguien más"),
        "works_with_others": say("Ya trabaja con otras escuelas"),
        "not_now": say("Más adelante sí"),
        "rather_not_say": say("Prefiero no decirlo"),
        "other": say("Otro motivo"),
        "no_answer": say("No contestó en el plazo"),
        "consent_withdrawn": say("Retiró su consentimiento"),
    },
    "answer_role": {
        "head": say("Dirección"),
        "curriculum_head": say("Jefatura de UTP"),
        "teacher": say("Docentes"),
        "coordinator": say("Coordinación"),
    },
    "rubric": rubric.QUESTIONS,
    "dimension": {
        "pedagogy": say("Gestión pedagógica"),
        "leadership": say("Liderazgo"),
        "formation": say("Formación y convivencia"),
        "resources": say("Recursos"),
    },
    "support_kind": {
        "programme": say("programa"),
        "adviser": say("asesoría"),
        "network": say("red"),
        "other": say("otro"),
    },
    "support_level": {
        "1": say("1: el apoyo común a todas"),
        "2": say("2: apoyo adicional"),
        "3": say("3: investigar juntos qué pasa"),
    },
}

GIVEN_DECLINES = (
    "no_time",
    "too_far",
    "other_needs",
    "known_already",
    "works_with_others",
    "not_now",
    "rather_not_say",
    "other",
)


ORDINALS = (
    say("primera"),
    say("segunda"),
    say("tercera"),
    say("cuarta"),
    say("quinta"),
    say("sexta"),
    say("séptima"),
    say("octava"),
    say("novena"),
    say("décima"),
)


def rank_options(cards: int) -> list[tuple[str, str]]:
    """The places that a school may give to a candidate."""
    return [(str(place), translated(word)) for place, word in enumerate(ORDINALS[:cards], start=1)]


def decline_options() -> list[tuple[str, str]]:
    """The reasons a person may give for a no, in words."""
    return [(code, translated(WORDS["decline_reason"][code])) for code in GIVEN_DECLINES]


def rubric_questions() -> list[tuple[str, str, list[tuple[str, str]]]]:
    """Each question of the self-assessment with its four descriptions."""
    return [
        (
            name,
            translated(question),
            [(str(level), translated(stage)) for level, stage in enumerate(rubric.STAGES[name], start=1)],
        )
        for name, question in rubric.QUESTIONS.items()
    ]


def role_columns(roles: Iterable[AnswerRole]) -> list[dict[str, object]]:
    """A column of a table for each role that answered."""
    return [{"label": translated(WORDS["answer_role"][role.value]), "numeric": True} for role in roles]
