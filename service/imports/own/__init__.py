"""Our own CSV: leaders and needs (columns in ``docs/data.md``)."""

from service.imports.own.leaders import LeadersSource
from service.imports.own.needs import NeedsSource
from service.imports.source import Source

SOURCES: tuple[Source, ...] = (LeadersSource(), NeedsSource())
