"""Words about the short surveys of partnerships."""

from service.text import say

WORDS = {
    "survey_moment": {
        "regular": say("Encuesta periódica"),
        "visit": say("Después de una visita"),
        "closing": say("Al cierre"),
    },
    "survey_group": {
        "leadership": say("Directivos y líderes"),
        "teachers": say("Docentes"),
        "families": say("Familias"),
    },
    "sheet_group": {"teachers": say("Docentes"), "families": say("Familias")},
    "survey_question": {
        "useful": say("Lo que hacemos juntos me sirve para mi trabajo."),
        "agreed": say("Cada escuela cumple lo que se acordó."),
        "pace": say("El tiempo que pide es razonable."),
        "next_step": say("Sé cuál es el próximo paso."),
        "respect": say("En mi escuela nos escuchamos con respeto, también cuando no estamos de acuerdo."),
        "skill": say("Confío en que las demás personas de la escuela hacen bien su trabajo."),
        "care": say(
            "En mi escuela las personas se preocupan unas de otras más allá de lo que pide el cargo."
        ),
        "word": say("En mi escuela lo que se promete se cumple."),
    },
    "survey_level": {
        "4": say("Sí"),
        "3": say("Más bien sí"),
        "2": say("Más bien no"),
        "1": say("No"),
    },
}
