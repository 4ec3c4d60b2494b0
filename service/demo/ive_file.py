"""The vulnerability index (IVE-SINAE) of 2016, a CSV for each stage of schooling."""

from pathlib import Path

import numpy as np

from service.demo.country import Country
from service.demo.directory_file import enrolment
from service.demo.rows import write_rows
from service.demo.schools import School

YEAR, ENROLMENT_YEAR = 2016, 2015
HEADER = (
    "RBD", "DV_RBD", "NOMBRE_ESTABLECIMIENTO", "DEPENDENCIA", "AREA", "COD_REGION", "COD_PROV",
    "COD_COM_EST", "COMUNA",
    "PRIMERA_PRIORIDAD", "SEGUNDA_PRIORIDAD", "TERCERA_PRIORIDAD", "NO_VULNERABLES", "SIN_INFORMACION",
    "TOTAL_MATRICULA_2015", "IVE_SINAE_2016",
)  # fmt: skip


def write_ive(country: Country, stage: str, path: Path) -> None:
    """Write ``basica`` or ``media``: one row a school with public money that taught the stage."""
    rng = np.random.default_rng((country.seed, 2016, stage == "media"))
    rows = []
    for place, school in enumerate(country.schools):
        teaches = school.teaches_primary if stage == "basica" else school.teaches_secondary
        if not teaches or school.owner_class == "private" or not school.works(ENROLMENT_YEAR):
            continue
        pupils = enrolment(country, place, max(ENROLMENT_YEAR, country.calendar.first))
        total = pupils[1] if stage == "basica" else pupils[4] + pupils[6]
        if total:
            rows.append(_row(rng, school, total))
    write_rows(path, HEADER, rows, separator=",")


def _row(rng: np.random.Generator, school: School, total: int) -> tuple[object, ...]:
    """Share in priority falls from 95 % in group 1 to 35 % in group 5; the index is its percentage."""
    share = float(np.clip(0.98 - 0.10 * (school.social_index - 0.8) + rng.normal(0, 0.05), 0.0, 1.0))
    vulnerable = round(total * share)
    first = round(vulnerable * 0.82)
    second = round(vulnerable * 0.06)
    unknown = min(total - vulnerable, int(rng.integers(0, 3)))
    if school.delegated:
        owner = "ADMINISTRACIÓN DELEGADA"
    elif school.owner_class == "public":
        owner = "MUNICIPAL - CORPORACIÓN" if school.corporation else "MUNICIPAL - DAEM"
    else:
        owner = "PARTICULAR SUBVENCIONADO"
    commune = school.commune
    return (
        school.number, school.check_digit, school.name_in(YEAR).replace("Ñ",
        "Ð" if school.number % 9 == 0 else "Ñ"), owner,
        "RURAL" if school.rural else "URBANO", commune.region.number, commune.region.province_code,
        commune.code,
        commune.name, first, second, vulnerable - first - second, total - vulnerable - unknown, unknown,
        total,
        round(100 * vulnerable / total, 1),
    )  # fmt: skip
