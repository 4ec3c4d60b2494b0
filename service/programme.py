"""What a programme may set for itself: deadlines, limits, minimum numbers; with our defaults.

Each service (or owner) may set its own; the ministry sets what holds for everybody else. Values
are kept with who set them and when (``models.Setting``); ``queries.settings`` reads them.
"""

from dataclasses import dataclass

from service.text import Sentence, say


@dataclass(frozen=True, slots=True)
class ProgrammeSetting:
    """One number that can be set, its bounds (inclusive), and what it means in words."""

    key: str
    default: float
    minimum: float
    maximum: float
    words: Sentence
    unit: Sentence


DAYS = say("días")
WORKING_DAYS = say("días hábiles")

SETTINGS: dict[str, ProgrammeSetting] = {
    one.key: one
    for one in (
        # Five working days: what Chile's register of mentors gives for an answer.
        ProgrammeSetting(
            "offer_working_days", 5, 1, 30, say("Plazo del líder para contestar una invitación"), WORKING_DAYS
        ),
        ProgrammeSetting(
            "choice_working_days",
            10,
            1,
            60,
            say("Plazo de la escuela para elegir entre sus candidatas"),
            WORKING_DAYS,
        ),
        ProgrammeSetting(
            "shortlist_size", 5, 1, 10, say("Candidatas que se muestran a una escuela"), say("candidatas")
        ),
        ProgrammeSetting(
            "offers_at_once",
            1,
            1,
            3,
            say("Líderes a quienes se pregunta a la vez por una misma escuela"),
            say("líderes"),
        ),
        ProgrammeSetting(
            "decline_bars_months",
            12,
            0,
            36,
            say("Tiempo en que no se repite un par que se rechazó"),
            say("meses"),
        ),
        ProgrammeSetting(
            "coordinator_agrees",
            0,
            0,
            1,
            say("La coordinación también debe decir que sí antes de que dos escuelas empiecen"),
            say("1 es sí, 0 es no"),
        ),
        ProgrammeSetting("trial_days", 45, 7, 180, say("Duración de la prueba antes de comprometerse"), DAYS),
        ProgrammeSetting(
            "first_meeting_days", 10, 3, 60, say("Aviso si todavía no hay primera reunión"), DAYS
        ),
        ProgrammeSetting(
            "first_meeting_alarm_days",
            21,
            5,
            90,
            say("Aviso a la coordinación si no hay primera reunión"),
            DAYS,
        ),
        ProgrammeSetting(
            "review_every_days", 90, 14, 366, say("Tiempo entre una revisión y la siguiente"), DAYS
        ),
        ProgrammeSetting(
            "survey_first_days", 30, 7, 180, say("Primera encuesta breve, después de empezar"), DAYS
        ),
        ProgrammeSetting(
            "survey_every_days", 60, 14, 366, say("Tiempo entre una encuesta y la siguiente"), DAYS
        ),
        ProgrammeSetting("survey_open_days", 21, 7, 60, say("Plazo para contestar una encuesta"), DAYS),
        ProgrammeSetting(
            "survey_reminder_days", 7, 2, 30, say("Recordatorio, una vez, a quien no ha contestado"), DAYS
        ),
        ProgrammeSetting(
            "minimum_answers",
            5,
            3,
            30,
            say("Respuestas que hacen falta para mostrar un resultado"),
            say("respuestas"),
        ),
        ProgrammeSetting(
            "visits_per_month",
            4,
            1,
            31,
            say("Visitas externas que una escuela recibe como máximo en un mes"),
            say("visitas"),
        ),
        ProgrammeSetting(
            "cost_per_km", 0, 0, 10_000, say("Lo que se paga por kilómetro de viaje"), say("pesos")
        ),
        ProgrammeSetting(
            "cost_per_night", 0, 0, 1_000_000, say("Lo que se paga por noche fuera"), say("pesos")
        ),
        ProgrammeSetting(
            "saturation_agents",
            3,
            1,
            20,
            say("Apoyos externos desde los que se advierte que la escuela está saturada"),
            say("apoyos"),
        ),
        ProgrammeSetting(
            "staff_coverage_share", 0.5, 0.1, 1.0, say("Parte del equipo que debería participar"), say("de 1")
        ),
        ProgrammeSetting(
            "notes_keep_days", 730, 30, 3650, say("Tiempo que se guardan las notas privadas"), DAYS
        ),
        ProgrammeSetting(
            "evidence_keep_days",
            1095,
            30,
            3650,
            say("Tiempo que se guardan los archivos después de terminar"),
            DAYS,
        ),
        ProgrammeSetting("follow_up_years", 3, 1, 5, say("Seguimiento después del cierre"), say("años")),
    )
}
"""Every setting by its key."""
