"""The numbers of the hard rules in words: a name, a sentence and a unit each."""

from service.text import Sentence, say

PRESET: dict[str, tuple[Sentence, Sentence, Sentence | None]] = {
    "min_years_in_post": (
        say("Años en el cargo"),
        say("Años completos que quien acompaña lleva dirigiendo su escuela, como mínimo."),
        say("años"),
    ),
    "suggested_capacity": (
        say("Cupos de una escuela sugerida"),
        say("Cuántas escuelas se supone que podría acompañar una escuela que aún no es designada."),
        None,
    ),
    "min_probability_better": (
        say("Seguridad de que le va mejor"),
        say("Probabilidad mínima de que la escuela que acompaña agregue más valor que la acompañada."),
        say("de 0 a 1"),
    ),
    "min_gap": (
        say("Ventaja mínima"),
        say("Puntos de valor agregado entre las dos escuelas, como mínimo."),
        say("puntos"),
    ),
    "min_probability_above_zero": (
        say("Seguridad de que agrega valor"),
        say("Probabilidad mínima de que la escuela que acompaña rinda sobre lo esperado para su contexto."),
        say("de 0 a 1"),
    ),
    "min_tests": (
        say("Pruebas con resultado"),
        say("En cuántas de las últimas pruebas debe tener resultado cada escuela, como mínimo."),
        say("pruebas"),
    ),
    "like_percentile": (
        say("Línea de parecido"),
        say(
            "Dos escuelas se consideran parecidas si su distancia de contexto está entre las menores: este "
            "porcentaje de los pares de escuelas tomados al azar."
        ),
        say("%"),
    ),
    "max_ses_difference": (
        say("Diferencia de nivel socioeconómico"),
        say("Grupos socioeconómicos de distancia, como máximo (hay cinco)."),
        say("grupos"),
    ),
    "min_coverage": (
        say("Datos de contexto en común"),
        say("Parte del contexto que las dos escuelas publican, como mínimo."),
        say("de 0 a 1"),
    ),
    "max_km": (
        say("Distancia máxima"),
        say("Kilómetros entre las dos escuelas, salvo que ambas acepten trabajar en línea."),
        say("km"),
    ),
    "max_minutes": (
        say("Tiempo de viaje máximo"),
        say("Vale en vez de los kilómetros donde se conoce el tiempo de viaje."),
        say("minutos"),
    ),
    "rival_km": (
        say("Distancia entre competidoras"),
        say("Dos escuelas urbanas de distinto sostenedor más cerca que esto compiten por estudiantes."),
        say("km"),
    ),
    "decline_months": (
        say("Espera tras un no"),
        say("Meses durante los que no se vuelve a proponer un par que dijo que no."),
        say("meses"),
    ),
    "same_rurality": (
        say("Ambas rurales o ambas urbanas"),
        say("Salvo que quien acompaña haya trabajado en las dos."),
        None,
    ),
    "same_owner_bars": (
        say("Separar las del mismo sostenedor"),
        say("En Chile no hace falta: las escuelas de un servicio están para ayudarse."),
        None,
    ),
}
"""Name, sentence and unit of each number that a coordinator may set."""
