"""Words about visits and calendars."""

from service.text import say

WORDS = {
    "visit_state": {
        "proposed": say("propuesta"),
        "agreed": say("acordada"),
        "held": say("realizada"),
        "missed": say("no se hizo"),
        "cancelled": say("cancelada"),
    },
    "visit_kind": {
        "head": say("Entre direcciones"),
        "team": say("Entre equipos directivos"),
        "teachers": say("Entre docentes"),
        "pupils": say("Con estudiantes"),
    },
    "visit_direction": {
        "to_supported": say("A la escuela acompañada"),
        "to_supporting": say("A la escuela acompañante"),
    },
    "visit_mode": {
        "on_site": say("En la escuela"),
        "online": say("En línea"),
    },
    "visit_side": {
        "supported": say("la escuela acompañada"),
        "supporting": say("la escuela acompañante"),
    },
    "attendance_role": {
        "leadership": say("Equipo directivo"),
        "teacher": say("Docentes"),
        "assistant": say("Asistentes de la educación"),
        "pupil": say("Estudiantes"),
    },
    "calendar_day_kind": {
        "term": say("período de clases"),
        "break": say("vacaciones"),
        "holiday": say("feriado"),
        "test": say("día de prueba"),
        "quiet": say("fechas de silencio"),
    },
    "message_state": {
        "waiting": say("por enviar"),
        "sending": say("enviándose"),
        "sent": say("enviado"),
        "void": say("ya no hacía falta"),
        "dead": say("no se pudo entregar"),
    },
}
