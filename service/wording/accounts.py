"""Words about accounts: roles, states, what became of a message."""

from service.text import say

WORDS = {
    "role": {
        "ministry": say("Ministerio"),
        "coordinator": say("Coordinación"),
        "director": say("Dirección de escuela"),
        "curriculum_head": say("Jefatura técnica (UTP)"),
        "leader": say("Líder de educación"),
        "assessor": say("Evaluación de líderes"),
        "read_only": say("Solo lectura"),
    },
    "post_role": {
        "head": say("Dirección"),
        "curriculum_head": say("Jefatura técnica (UTP)"),
        "teacher": say("Docencia"),
    },
    "account_state": {
        "open": say("abierta"),
        "invited": say("con invitación, aún no entra"),
        "closed": say("cerrada"),
    },
    "message_state": {
        "waiting": say("por salir"),
        "sending": say("saliendo"),
        "sent": say("enviado"),
        "void": say("venció sin salir"),
        "dead": say("no se pudo entregar"),
    },
}
