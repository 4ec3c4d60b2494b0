"""The land: real regions, and provinces, communes and services that do not exist."""

from dataclasses import dataclass
from functools import cache


@dataclass(frozen=True, slots=True)
class Region:
    """A region of Chile, with the ways the official files write its name."""

    number: int
    short: str
    name: str
    list_name: str
    province: str

    @property
    def province_code(self) -> int:
        """Real provinces end in 1 to 8; the invented one ends in 9."""
        return self.number * 10 + 9


@dataclass(frozen=True, slots=True)
class Commune:
    """An invented commune: its code is in use nowhere."""

    code: int
    name: str
    region: Region
    latitude: float
    longitude: float
    weight: float
    rural_share: float
    spread_km: float

    @property
    def owner(self) -> str:
        """Number of its municipality as an owner."""
        return str(99_200_000 + self.code)


@dataclass(frozen=True, slots=True)
class EducationService:
    """An invented local education service (SLEP) and the year its schools pass to it."""

    code: int
    name: str
    region: Region
    communes: tuple[Commune, ...]
    starts: int
    transfer: int
    postponed: tuple[int, ...] = ()
    leader_share: float = 1.0

    @property
    def owner(self) -> str:
        """Number of the service as an owner."""
        return str(99_100_000 + self.code)

    def transfer_of(self, commune: Commune) -> int:
        """The year in which the public schools of a commune pass to the service."""
        return self.transfer + 3 if commune.code in self.postponed else self.transfer


_COQ = Region(4, "COQ", "DE COQUIMBO", "Coquimbo", "QUEBRADAS")
_VALPO = Region(5, "VALPO", "DE VALPARAÍSO", "Valparaíso", "CORDILLERILLA")
_MAULE = Region(7, "MAULE", "DEL MAULE", "Maule", "ENTRERRÍOS")
_ARAUC = Region(9, "ARAUC", "DE LA ARAUCANÍA", "La Araucanía", "PEHUENAR")
_LAGOS = Region(10, "LAGOS", "DE LOS LAGOS", "Los Lagos", "CANALES")
_MAG = Region(12, "MAG", "DE MAGALLANES Y DE LA ANTÁRTICA CHILENA", "Magallanes", "ESTRECHO AUSTRAL")
_RM = Region(13, "RM", "METROPOLITANA DE SANTIAGO", "Metropolitana de Santiago", "MAIPOLEO")

# name, latitude, longitude, weight, share of rural schools, spread in km
_LAND: dict[Region, tuple[tuple[str, float, float, float, float, float], ...]] = {
    _COQ: (
        ("QUEBRADA ANCHA", -30.62, -71.02, 1.2, 0.45, 14),
        ("ALGARROBILLO", -30.88, -70.82, 0.8, 0.60, 16),
        ("PUERTO JARILLA", -30.70, -71.42, 1.0, 0.30, 9),
    ),
    _VALPO: (
        ("VALLE ALTO DE LAS DOCAS", -32.72, -71.02, 2.0, 0.25, 9),
        ("PALMAR DEL ESTERO", -32.88, -71.18, 1.6, 0.20, 8),
        ("CALETA BOLDO", -32.61, -71.32, 1.1, 0.30, 9),
        ("ISLA PETREL", -33.63, -78.86, 0.06, 1.0, 1),
    ),
    _MAULE: (
        ("LOS MAITENES DE LONTUÉ ALTO", -35.22, -71.36, 1.5, 0.45, 12),
        ("SAN EVARISTO", -35.52, -71.72, 1.5, 0.40, 12),
        ("CUESTA LARGA", -35.62, -72.12, 0.8, 0.65, 15),
        ("COSTA DE HUALOS", -35.42, -72.38, 0.8, 0.55, 13),
    ),
    _ARAUC: (
        ("PEHUÉN ALTO", -38.62, -71.88, 1.1, 0.70, 18),
        ("TRAPICHE", -38.74, -72.52, 1.9, 0.35, 10),
        ("LAGUNA NEGRA DEL SUR", -39.02, -72.22, 1.0, 0.65, 15),
    ),
    _LAGOS: (
        ("BAHÍA COIHUE", -41.46, -72.98, 1.6, 0.30, 10),
        ("PUNTA ARRAYÁN", -41.72, -73.32, 0.9, 0.70, 15),
        ("CANAL TENÍO", -42.42, -73.62, 1.0, 0.65, 16),
    ),
    _MAG: (
        ("PUERTO CANELO", -52.96, -70.98, 0.8, 0.15, 8),
        ("TURBERAS", -52.40, -71.42, 0.12, 1.0, 20),
    ),
    _RM: (
        ("VILLA MIRADOR", -33.52, -70.62, 3.4, 0.02, 4),
        ("LA HIGUERILLA", -33.44, -70.74, 3.2, 0.02, 4),
        ("EL TRANQUE NUEVO", -33.60, -70.70, 2.8, 0.05, 5),
        ("LOS PEUMOS DE CHENA", -33.72, -70.90, 1.6, 0.35, 9),
        ("PLAZA ALERCE", -33.40, -70.58, 2.2, 0.0, 3),
    ),
}


@cache
def communes() -> tuple[Commune, ...]:
    """All communes, by code."""
    return tuple(
        Commune(region.number * 1000 + 900 + place, name, region, *rest)
        for region, land in _LAND.items()
        for place, (name, *rest) in enumerate(land, start=1)
    )


@cache
def services() -> tuple[EducationService, ...]:
    """All services, by code; the latest of them are only planned."""
    by_code = {commune.code: commune for commune in communes()}

    def service(
        code: int,
        name: str,
        years: tuple[int, int],
        places: tuple[int, ...],
        postponed: tuple[int, ...] = (),
        leader_share: float = 1.0,
    ) -> EducationService:
        inside = tuple(by_code[place] for place in places)
        return EducationService(code, name, inside[0].region, inside, *years, postponed, leader_share)

    return (
        service(491, "QUEBRADAS DEL NORTE", (2025, 2026), (4901, 4902, 4903)),
        service(591, "VALLE ALTO", (2018, 2018), (5901, 5902, 5903, 5904), leader_share=2.2),
        service(791, "MAITENES DEL MAULE", (2020, 2021), (7901, 7902, 7903, 7904), postponed=(7904,)),
        service(991, "PEHUENAR", (2018, 2018), (9901, 9902, 9903), leader_share=0.7),
        service(1091, "BAHÍA Y CANALES", (2024, 2025), (10901, 10902, 10903)),
        service(1291, "ESTRECHO AUSTRAL", (2023, 2024), (12901, 12902), leader_share=0.0),
        service(1391, "MIRADOR SUR", (2023, 2024), (13901, 13902, 13903)),
        service(1392, "LOS PEUMOS", (2026, 2027), (13904, 13905)),
    )


@cache
def service_of() -> dict[int, EducationService]:
    """The service of each commune, by commune code."""
    return {commune.code: service for service in services() for commune in service.communes}
