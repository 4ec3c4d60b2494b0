"""Chile: the ministry's directory and services, the Agencia's SIMCE, JUNAEB's vulnerability index."""

from service.imports.cl.directory import DirectorySource
from service.imports.cl.ive import IveSource
from service.imports.cl.simce import SimceSource
from service.imports.cl.slep import SlepSource
from service.imports.source import Source

SOURCES: tuple[Source, ...] = (DirectorySource(), SlepSource(), SimceSource(), IveSource())
