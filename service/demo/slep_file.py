"""The official list of local education services (SLEP) and their communes."""

from collections.abc import Iterator
from pathlib import Path

from service.demo.territory import communes, services
from service.demo.xlsx import Value, write_sheets

SHEET, NOTES, SEATS = "Listado SLEP", "Consideraciones específica SLEP", "Hoja1"
HEADER = (
    "INICIO_FUNCIONES", "AGNO_TRASPASO_EDUC", "COD_SLEP", "NOMBRE_SLEP", "NOMBRE_SLEP_FORMATO",
    "NOMBRE_REGION",
    "NUM_REGION", "NOM_COMUNA_RBD", "NOM_COMUNA_FORMATO", "COD_COM_RBD", "DEPROV", "COD_DEPROV", "DECRETO",
    "COMUNA CABECERA",
)  # fmt: skip


def write_services(path: Path) -> None:
    """Write every service and commune; the seat stands on its own row only."""
    write_sheets(path, [(SHEET, _rows()), (NOTES, _notes()), (SEATS, _seats())])


def _rows() -> Iterator[tuple[Value, ...]]:
    yield HEADER
    for service in sorted(services(), key=lambda service: (service.transfer, service.code)):
        for place, commune in enumerate(service.communes):
            region = commune.region
            yield (
                service.starts, service.transfer_of(commune), service.code, service.name,
                _words(service.name),
                region.list_name, region.number, commune.name, _words(commune.name), commune.code,
                _words(region.province), region.province_code,
                f"Decreto {service.code % 90 + 300} de {service.starts - 1}",
                _words(commune.name) if place == 0 else None,
            )  # fmt: skip


def _notes() -> Iterator[tuple[Value, ...]]:
    yield ("Consideraciones generales", None)
    yield ("País de demostración: servicios, comunas y decretos son inventados.", None)
    yield ("NOMBRE_SLEP", "Consideraciones")
    names = {commune.code: commune.name for commune in communes()}
    for service in services():
        for code in service.postponed:
            yield (service.name, f"La comuna {_words(names[code])} solicitó postergación del traspaso.")


def _seats() -> Iterator[tuple[Value, ...]]:
    yield ("Comuna cabecera",)
    for service in services():
        yield (_words(service.communes[0].name),)


def _words(name: str) -> str:
    return " ".join(
        word if word in ("de", "del", "y") else word.capitalize()
        for word in (part.lower() if part in ("DE", "DEL", "Y") else part for part in name.split())
    )
