"""England: the register of schools (GIAS) and the key stage 2 tables of the Department for Education."""

from service.imports.en.gias import GiasSource
from service.imports.en.results import ResultsSource
from service.imports.source import Source

SOURCES: tuple[Source, ...] = (GiasSource(), ResultsSource())
