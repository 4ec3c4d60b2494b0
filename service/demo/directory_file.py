"""The official directory of schools, one CSV a year, with what is odd in it."""

from pathlib import Path

from service.demo.country import Country
from service.demo.schools import School

COLUMNS = (
    "AGNO", "RBD", "DGV_RBD", "NOM_RBD", "MRUN", "RUT_SOSTENEDOR", "P_JURIDICA", "COD_REG_RBD",
    "NOM_REG_RBD_A",
    "COD_PRO_RBD", "COD_COM_RBD", "NOM_COM_RBD", "COD_DEPROV_RBD", "NOM_DEPROV_RBD", "COD_DEPE", "COD_DEPE2",
    "RURAL_RBD", "LATITUD", "LONGITUD", "CONVENIO_PIE", "PACE", *(f"ENS_{place:02d}" for place in range(1,
    12)),
    *(f"MAT_ENS_{place}" for place in range(1, 9)), "MAT_TOTAL", "MATRICULA", "ESTADO_ESTAB", "ORI_RELIGIOSA",
    "ORI_OTRO_GLOSA", "PAGO_MATRICULA", "PAGO_MENSUAL", *(f"ESPE_{place:02d}" for place in range(1, 12)),
)  # fmt: skip
BLANK = " "

_STATE = {"closed": 3, "merged": 3, "recess": 2, "authorised": 4}
_GRADES_PRIMARY, _GRADES_SECONDARY = 8, 4
_LOCAL_CODES_UNTIL = 2017
"""Directories up to 2017 use the local code page instead of UTF-8."""
_OWNERS_SINCE = 2016
"""Columns MRUN and RUT_SOSTENEDOR exist since 2016."""
_CLOSED_SINCE = 2015
"""Earlier directories list working schools only."""


def write_directory(country: Country, year: int, path: Path) -> None:
    """Write the directory of one year: every school opened by then, working or not."""
    owners = year >= _OWNERS_SINCE
    rows = [
        _row(country, place, school, year)
        for place, school in enumerate(country.schools)
        if school.opened <= year and (year >= _CLOSED_SINCE or school.works(year))
    ]
    kept = [at for at, name in enumerate(COLUMNS) if owners or name not in ("MRUN", "RUT_SOSTENEDOR")]
    text = "".join(";".join(row[at] for at in kept) + "\r\n" for row in [COLUMNS, *rows])
    if year <= _LOCAL_CODES_UNTIL:
        path.write_bytes(text.encode("cp1252"))
    else:
        path.write_bytes(text.encode("utf-8-sig"))


def owner_codes(school: School, year: int) -> tuple[int, int]:
    """COD_DEPE and COD_DEPE2 of a year."""
    if school.in_service(year):
        return 6, 5
    if school.owner_class == "public":
        return (1 if school.corporation else 2), 1
    if school.delegated:
        return 5, 4
    return (3, 2) if school.owner_class == "subsidised" else (4, 3)


def enrolment(country: Country, place: int, year: int) -> tuple[int, ...]:
    """MAT_ENS_1 to MAT_ENS_8 of a school in a year; zeros unless it works."""
    school = country.schools[place]
    if not school.works(year):
        return (0,) * 8
    at = min(country.calendar.index(year), country.calendar.years - 1)
    wave = 1.0 + 0.01 * (((school.number * 7 + year) % 5) - 2)
    primary = (
        max(1, round(_GRADES_PRIMARY * country.cohort("4b", place, at))) if school.teaches_primary else 0
    )
    secondary = round(_GRADES_SECONDARY * country.cohort("2m", place, at)) if school.teaches_secondary else 0
    base = 30 + school.number * 13 % 90
    technical = round(secondary * 0.6) if "POLITÉCNICO" in school.name or school.delegated else 0
    has_places = school.number % 4 != 0
    early = {
        "preschool": round(base * wave) * has_places,
        "primary": round(primary * 0.18),
        "full": round(primary * 0.15),
    }
    adults = round(base * wave) * has_places if school.kind == "adult" else 0
    special = round(base * wave) if school.kind == "special" else 0
    return (
        early.get(school.kind, 0),
        primary,
        adults // 3,
        special,
        secondary - technical,
        adults - adults // 3,
        technical,
        0,
    )


def _row(country: Country, place: int, school: School, year: int) -> list[str]:
    pupils = enrolment(country, place, year)
    total = sum(pupils)
    commune, region = school.commune, school.commune.region
    owner, public = school.owner_in(year), school.owner_class == "public"
    state = 1 if school.works(year) else _STATE[school.ending or "closed"]
    fee = "MAS DE $100.000" if school.owner_class == "private" else "GRATUITO"
    if state != 1:
        fee = "SIN INFORMACION" if school.number % 2 else "GRATUITO"
    return [
        str(year), str(school.number), school.check_digit, school.name_in(year), BLANK, owner,
        "9" if owner == BLANK else "1", str(region.number), region.short, str(region.province_code),
        str(commune.code), commune.name, str(region.province_code), region.province,
        *map(str, owner_codes(school, year)), str(int(school.rural)), *_place(school),
        str(int(school.special_programme)), str(int(public and school.teaches_secondary)),
        *_codes(_teaching(school), 11), *map(str, pupils), str(total), str(int(total > 0)), str(state),
        *_religion(school), fee, fee,
        *_codes([41001, 52009, 53014][: 1 + school.number % 3] if pupils[6] else [], 11),
    ]  # fmt: skip


def _place(school: School) -> tuple[str, str]:
    if school.latitude is None or school.longitude is None:
        return BLANK, BLANK
    latitude, longitude = (
        f"{degrees:.6f}".replace(".", ",") for degrees in (school.latitude, school.longitude)
    )
    if school.place_fault == "swapped":
        return longitude, latitude
    if school.place_fault == "joined":
        both = f"{latitude}, {longitude.lstrip('-').replace(',', '')}"
        return both, both
    return latitude, longitude


def _teaching(school: School) -> list[int]:
    """Teaching codes of the official dictionary."""
    codes = {"preschool": [10], "special": [214 if school.number % 2 else 212], "adult": [165, 363]}.get(
        school.kind, []
    )
    if school.teaches_primary:
        codes = [10, 110]
    if school.teaches_secondary:
        codes = [*codes, 310]
        if "POLITÉCNICO" in school.name or school.delegated:
            codes.append(510)
    return codes


def _codes(codes: list[int], width: int) -> list[str]:
    return [str(code) for code in codes] + ["0"] * (width - len(codes))


def _religion(school: School) -> tuple[str, str]:
    if school.owner_class == "public":
        return "1", BLANK
    return (("2", BLANK), ("1", BLANK), ("7", "PLURALISTA"), ("9", BLANK))[school.number % 4]
