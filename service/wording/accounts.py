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
    "mail_list": {
        "dead": say("No llegaron"),
        "waiting": say("Por salir"),
        "sent": say("Enviados"),
        "void": say("No salieron: ya no hacían falta, o la persona no los quiere"),
    },
    "mail_digest": {
        "": say("Cada mensaje apenas pasa algo"),
        "daily": say("Un resumen cada mañana"),
        "weekly": say("Un resumen los lunes"),
    },
    "mail_state": {
        "waiting": say("por salir"),
        "sending": say("saliendo"),
        "sent": say("enviado"),
        "void": say("no salió: ya no hacía falta, o la persona no lo quiere"),
        "dead": say("no se pudo entregar"),
        "bounced": say("volvió: no llegó"),
        "held": say("espera el resumen que la persona pidió"),
    },
}
