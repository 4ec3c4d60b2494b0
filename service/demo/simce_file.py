"""The official result files (SIMCE), each with its year's labels, codes and defects."""

from collections.abc import Iterator
from pathlib import Path

from service.demo.calendar import Calendar
from service.demo.country import Country
from service.demo.directory_file import owner_codes
from service.demo.laws import GRADES, Grade
from service.demo.results import NO_REPORT, NOT_REPRESENTATIVE, TOO_FEW, Cell, Result
from service.demo.schools import School
from service.demo.simce_layouts import Layout
from service.demo.xlsx import Value, write_sheets

_GROUPS = ("Bajo", "Medio bajo", "Medio", "Medio alto", "Alto")
_OWNERS = {
    1: "Corporación Municipal",
    2: "Municipal DAEM",
    3: "Particular subvencionado",
    4: "Particular pagado",
    5: "Administración delegada",
    6: "Municipal DAEM",
}
_OWNERS_SHORT = {1: "Municipal", 2: "Municipal", 3: "Particular subvencionado", 4: "Particular pagado",
                 5: "Particular subvencionado", 6: "Municipal"}  # fmt: skip
_OWNERS_SHORT_CODE = {1: 1, 2: 1, 3: 2, 4: 3, 5: 2, 6: 4}
_SIGNS = {-1: "Negativa y significativa", 0: "No significativa", 1: "Positiva y significativa"}
_NOT_REPRESENTATIVE = "Ajenas a la Agencia: Resultados no representativos"
_MARKS: dict[int, dict[str, str]] = {
    2014: {TOO_FEW: "Alumnos insuficientes", NO_REPORT: "Ajenas a la Agencia: No reporte"},
    2016: {
        TOO_FEW: "Alumnos insuficientes",
        NO_REPORT: "Ajenas al Establecimiento: Resultados no representativos",
    },
}
_MARK_CODES = {TOO_FEW: 1, NOT_REPRESENTATIVE: 2, NO_REPORT: 3}
_MARK_CODES_2015 = {TOO_FEW: 3, NOT_REPRESENTATIVE: 2, NO_REPORT: 4}
_SAT, _ABSENT, _ONLY_PIE = (
    "Rbd y curso rinde Simce",
    "Cursos con 100% ausentes y sin cuestionarios",
    "Cursos con 100% alumnos PIE",
)
_REGION_STYLE = {2014: "REGIÓN {}", 2016: "REGION {}", 2017: "REGION {}", 2018: "Región {}"}
_SIGNIFICANT = 12
"""A change or difference of this many points over the root of the pupils' count is marked significant."""


def write_results(country: Country, grade: Grade, year: int, path: Path) -> None:
    """Write one grade and year as published."""
    layout = Layout(grade, year)
    results = [result for result in country.results if result.grade == grade and result.year == year]
    if not layout.ordered:
        results.sort(key=lambda result: (country.schools[result.school].number * 7919) % 10007)
    rows = _rows(country, layout, results)
    empty = [(name, ()) for name in layout.empty_sheets]
    write_sheets(path, [(layout.sheet, rows), *empty], declare_all_rows=layout.declares_all_rows)


def result_files(calendar: Calendar) -> tuple[tuple[Grade, int], ...]:
    """Which files there are, in the order in which to import them."""
    return tuple((grade, year) for year in calendar.test_years for grade in GRADES)


def _rows(country: Country, layout: Layout, results: list[Result]) -> Iterator[tuple[Value, ...]]:
    yield layout.header
    columns = layout.columns
    local = {
        code: place + 1
        for place, code in enumerate(sorted({school.commune.code for school in country.schools}))
    }
    for place, result in enumerate(results):
        school = country.schools[result.school]
        shared = _shared(layout, school, result, place, local)
        yield tuple(
            _cell(layout, result, what, subject) if subject else shared[what] for what, subject in columns
        )


def _shared(
    layout: Layout, school: School, result: Result, place: int, local: dict[int, int]
) -> dict[str, Value]:
    year, region, commune = layout.year, school.commune.region, school.commune
    owner = owner_codes(school, year)[0]
    region_name = _REGION_STYLE.get(year, "{}").format(region.name)
    if layout.grade == "4b" and year == 2017:
        region_name = region.name
    if year == 2015:
        region_name = region.list_name.upper()
    if year == 2018:
        region_name = region_name.title().replace(" De ", " de ").replace(" Del ", " del ")
    province = 9 if year <= 2017 else region.province_code
    commune_code = local[commune.code] if layout.own_commune_codes else commune.code
    commune_name = {2018: commune.name.title()[:9], 2022: commune.name[:13]}.get(year, commune.name)
    name = school.name_in(year)
    if (school.number + year) % 31 == 0:
        name = name.replace("ESCUELA", "ESC.").replace("COLEGIO", "COL.").replace("LICEO", "L.")
    values: dict[str, Value] = {
        "agno": year,
        "grado": layout.grade,
        "fecha_bbdd": layout.stamp[0],
        "codigo_bbdd": layout.stamp[1],
        "rbd": school.number,
        "dvrbd": int(school.check_digit),
        "nom_rbd": name,
        "cod_reg_rbd": region.number,
        "nom_reg_rbd": region_name,
        "cod_pro_rbd": province,
        "nom_pro_rbd": region.province,
        "cod_com_rbd": commune_code,
        "nom_com_rbd": commune_name,
        "cod_deprov_rbd": 9 if year == 2015 else region.province_code,
        "nom_deprov_rbd": region.province if layout.labels else region.province.title(),
        "cod_depe1": _OWNERS[owner] if layout.labels else owner,
        "cod_depe2": _OWNERS_SHORT[owner] if layout.labels else _OWNERS_SHORT_CODE[owner],
        "cod_grupo": _GROUPS[result.group - 1] if layout.labels and result.group else result.group,
        "cod_rural_rbd": ("Urbano", "Rural")[school.rural] if layout.labels else 1 + school.rural,
        "noaplica": _not_sat(layout, result, place),
    }
    twins = {f"{name}_{year}": value for name, value in values.items() if name.endswith("_rbd")}
    return values | twins


def _not_sat(layout: Layout, result: Result, place: int) -> Value:
    if not result.absent:
        return _SAT if layout.labels else 0
    if layout.labels:
        if layout.year == 2016 and layout.grade == "4b" and place % 3 == 0:
            return 7
        return _ONLY_PIE if place % 4 == 0 else _ABSENT
    if layout.year == 2024 and place % 3 == 0:
        return 8
    return 2 if place % 4 == 0 else 1


def _cell(layout: Layout, result: Result, what: str, subject: str) -> Value:
    if subject in ("nat", "soc"):
        return _third(result, what)
    cell = result.cells.get("lect" if subject == "lect" else "mate")
    if cell is None:
        return 0 if what == "nalu" and layout.zero_tested else None
    if what == "nalu":
        return cell.tested
    if what == "prom":
        return cell.score if cell.score is not None else 0 if layout.zero_scores else None
    if what in ("dif", "difgru"):
        value = cell.change if what == "dif" else cell.against_group
        return 0 if value is None and layout.zero_changes else value
    if what in ("sigdif", "siggru"):
        return _sign(layout, cell, cell.change if what == "sigdif" else cell.against_group)
    if what == "marca":
        return _mark(layout, cell.mark)
    if what == "marcadif":
        return _change_mark(layout, cell)
    if what == "marca_eda":
        return None if cell.standards else "Ajenas al Establecimiento: Resultados no representativos"
    return _standard(layout, cell, ("ins", "ele", "ade").index(what.rpartition("_")[2]))


def _third(result: Result, what: str) -> Value:
    if result.third is None:
        return None
    if what == "nalu":
        return result.cells["lect"].tested
    return result.third if what == "prom" else None


def _sign(layout: Layout, cell: Cell, points: int | None) -> Value:
    if points is None:
        if layout.zero_changes:
            return 0
        return _SIGNS[0] if layout.year == 2016 or (layout.year, layout.grade) == (2017, "2m") else None
    sign = 0 if abs(points) * cell.tested**0.5 < _SIGNIFICANT * 5 else 1 if points > 0 else -1
    return _SIGNS[sign] if layout.labels else sign


def _mark(layout: Layout, mark: str | None) -> Value:
    if mark is None:
        return None
    if layout.year == 2015:
        return _MARK_CODES_2015[mark]
    if layout.labels:
        words = _MARKS.get(layout.year, _MARKS[2016])
        return _NOT_REPRESENTATIVE if mark == NOT_REPRESENTATIVE else words[mark]
    return str(_MARK_CODES[mark]) if layout.marks_as_text else _MARK_CODES[mark]


def _change_mark(layout: Layout, cell: Cell) -> Value:
    if cell.change is not None or cell.score is None:
        return None
    if not layout.labels:
        return 1
    return "Alumnos insuficientes" if layout.year <= 2015 else "Alumnos insuficientes para comparación"


def _standard(layout: Layout, cell: Cell, which: int) -> Value:
    if cell.standards is None:
        if not layout.zero_standards:
            return None
        return "0.0" if layout.standards_as_text else 0
    share = cell.standards[which]
    if not layout.standards_as_text or (layout.year <= 2017 and share == int(share)):
        return share
    return str(share)
