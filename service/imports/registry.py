"""Every source there is: the one place where a country's folder is registered."""

from collections.abc import Mapping

from service.errors import InvalidInput
from service.imports import cl, en, own
from service.imports.columns import Columns
from service.imports.source import Source
from service.text import Sentence, say

SOURCES: Mapping[str, Source] = {
    source.name: source for country in (cl.SOURCES, en.SOURCES, own.SOURCES) for source in country
}

OTHER_FILES = (
    (
        ("agel", "ageh", "schname", "urn"),
        say("la tabla de escuelas de Inglaterra (spine), que no se importa"),
    ),
    (("tipo_territorio", "codigo", "nombre"), say("el diccionario de territorios, que no se importa")),
    (("unit", "start", "end"), say("una tabla de trayectorias")),
)


def source_named(name: str) -> Source:
    """The source of that name.

    Raises
    ------
    InvalidInput
        There is none; the sentence lists those there are.
    """
    if name not in SOURCES:
        known = ", ".join(SOURCES)
        raise InvalidInput(
            say("No hay ninguna fuente «%(name)s»; hay: %(known)s.", name=name, known=known),
            code="unknown_source",
        )
    return SOURCES[name]


def looks_like(columns: Columns) -> Sentence | None:
    """What a header looks like, in words; None if nothing known."""
    for source in SOURCES.values():
        if source.recognises(columns):
            return source.title
    return next((words for names, words in OTHER_FILES if columns.has(*names)), None)
