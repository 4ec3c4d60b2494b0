"""Words about what happened: the actions of the record."""

from service.text import say

WORDS = {
    "event": {
        "school_added": say("Se registró el establecimiento"),
        "school_corrected": say("Se corrigieron datos"),
        "correction_undone": say("Se deshizo una corrección"),
        "school_closed": say("Se registró el cierre"),
        "school_merged": say("Se registró la fusión"),
        "need_stated": say("Se registró una necesidad"),
        "need_removed": say("Se quitó una necesidad"),
        "diagnosis_validated": say("Se validó el diagnóstico con la escuela"),
        "leader_registered": say("Se registró a una o un líder"),
        "leader_corrected": say("Se corrigieron datos de una o un líder"),
    },
}
