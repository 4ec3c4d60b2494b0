"""Public holidays of a place: those of the country, and the few that hold in one region or commune."""

from datetime import date
from functools import lru_cache

import holidays

from service.workdays import public_holidays

REGIONAL = {"15": "AP"}
"""The capture of the Morro (7 June) holds in Arica y Parinacota."""
COMMUNAL = {"16101": "NB", "16103": "NB"}
"""The birth of O'Higgins (20 August) holds in Chillán and Chillán Viejo only, not in all of Ñuble."""


@lru_cache(maxsize=256)
def holidays_at(
    system: str, year: int, region_code: str | None = None, commune_code: str | None = None
) -> frozenset[date]:
    """Public holidays of a commune in a year (source: the package ``holidays``).

    Examples
    --------
    >>> day = date(2026, 8, 20)
    >>> day in holidays_at("cl", 2026, "16", "16101"), day in holidays_at("cl", 2026, "16", "16102")
    (True, False)
    """
    found = public_holidays(system, year)
    if system != "cl":
        return found
    for part in {REGIONAL.get(region_code or ""), COMMUNAL.get(commune_code or "")} - {None}:
        found |= frozenset(holidays.country_holidays("CL", subdiv=part, years=year))
    return found
