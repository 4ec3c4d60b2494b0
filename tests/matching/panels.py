"""Panels of one test: made up, or read from the official files without the service."""

from dataclasses import fields, replace
from functools import cache
from pathlib import Path

import numpy as np
from python_calamine import CalamineWorkbook

from matching.profiles import OwnerKind
from matching.published_need import SharePanel
from matching.residuals import OWNER_CODES, Area, TestPanel
from matching.state_model import StateParameters
from matching.value_added import ValueAdded

TESTS_HELD = (2014, 2015, 2016, 2017, 2018, 2022, 2023, 2024)
GROUPS = {"bajo": 1, "medio bajo": 2, "medio": 3, "medio alto": 4, "alto": 5}
OWNERS = {
    "municipal": OwnerKind.PUBLIC,
    "particular subvencionado": OwnerKind.SUBSIDISED,
    "particular pagado": OwnerKind.PRIVATE,
    1: OwnerKind.PUBLIC,
    2: OwnerKind.SUBSIDISED,
    3: OwnerKind.PRIVATE,
    4: OwnerKind.PUBLIC,
}


def made_up_panel(schools=60, years=(2022, 2023, 2024), seed=0):
    """A country of schools with context, lasting differences and noise by pupils."""
    rng = np.random.default_rng(seed)
    n, t = schools, len(years)
    group = rng.integers(1, 6, n)
    tested = rng.integers(5, 90, (n, t)).astype(float)
    quality = rng.normal(0, 12, n)[:, None] + 240 + 8 * group[:, None]
    noise = rng.normal(0, 55, (2, n, t)) / np.sqrt(tested)
    return TestPanel(
        school=np.repeat(np.arange(1, n + 1), t),
        year=np.tile(np.array(years), n),
        reading=(quality + noise[0]).ravel(),
        mathematics=(quality + noise[1] - 5).ravel(),
        tested=tested.ravel(),
        ses_group=np.repeat(group, t).astype(float),
        owner_kind=np.repeat(rng.integers(0, 3, n), t),
        rural=np.repeat(rng.random(n) < 0.3, t),
    )


def rows_of(panel, rows):
    """The same panel with other rows, or the rows in another order."""
    return TestPanel(**{part.name: getattr(panel, part.name)[rows] for part in fields(panel)})


def shifted(panel, year, points):
    """The same panel with a harder or easier test in one year."""
    by = np.where(panel.year == year, points, 0.0)
    return replace(panel, reading=panel.reading + by, mathematics=panel.mathematics + by)


def stated_value_added(level, level_sd=4.0, change=0.0, change_sd=6.0, tested=30.0, recent_tests=3):
    """Value added of schools 1, 2, … as stated, whatever it came from."""
    level = np.asarray(level, dtype=float)
    full = np.ones_like(level)
    sd = full * level_sd
    return ValueAdded(
        area=Area.BOTH,
        as_of=2024,
        target_year=2025,
        tests=TESTS_HELD,
        parameters=StateParameters(lasting_sd=8, drifting_sd=8, persistence=0.9, shock_sd=4, noise_sd=56),
        school=np.arange(1, level.size + 1),
        estimate=level,
        standard_error=sd,
        lower=level - 1.96 * sd,
        upper=level + 1.96 * sd,
        level=level,
        level_sd=sd,
        change=full * change,
        change_sd=full * change_sd,
        years=np.full(level.size, 3),
        recent_tests=(full * recent_tests).astype(int),
        first_year=np.full(level.size, 2022),
        last_year=np.full(level.size, 2024),
        tested=full * tested,
    )


@cache
def official_panel(folder: Path, test: str) -> TestPanel:
    """Every year of one test as published; 0 is a suppressed score."""
    rows = [row for year in TESTS_HELD for row in _official_rows(folder, test, year)]
    school, year, reading, mathematics, tested, group, owner, rural = zip(*rows, strict=True)
    return TestPanel(
        school=np.array(school),
        year=np.array(year),
        reading=np.array(reading),
        mathematics=np.array(mathematics),
        tested=np.array(tested),
        ses_group=np.array(group),
        owner_kind=np.array(owner),
        rural=np.array(rural),
    )


def official_shares(folder: Path, test: str, year: int, area: Area) -> SharePanel:
    """Shares at the standard of one year; the three must add to 100, else suppressed."""
    subject = {Area.READING: "lect", Area.MATHEMATICS: "mate"}[area]
    shares = [f"palu_eda_{level}_{subject}{test}_rbd" for level in ("ins", "ele", "ade")]
    rows = []
    for row in _table(folder, test, year):
        parts = [_figure(row[name]) for name in shares]
        share = parts[2] / 100 if abs(sum(parts) - 100) <= 0.5 else np.nan
        rows.append((int(row["rbd"]), share, _figure(row[f"nalu_{subject}{test}_rbd"])))
    school, share, tested = (np.array(column) for column in zip(*rows, strict=True))
    return SharePanel(area=area, school=school, year=np.full(school.size, year), share=share, tested=tested)


def _official_rows(folder, test, year):
    for row in _table(folder, test, year):
        reading, mathematics = (_figure(row[f"prom_{s}{test}_rbd"]) for s in ("lect", "mate"))
        tested = [_figure(row[f"nalu_{s}{test}_rbd"]) for s in ("lect", "mate")]
        yield (
            int(row["rbd"]),
            year,
            reading,
            mathematics,
            sum(tested) / 2,
            float(GROUPS.get(_label(row["cod_grupo"]), _figure(row["cod_grupo"]))),
            OWNER_CODES[OWNERS[_label(row["cod_depe2"])]],
            _label(row["cod_rural_rbd"]) in ("rural", 2),
        )


@cache
def _table(folder: Path, test: str, year: int) -> list[dict]:
    path = folder / "cl" / "simce" / f"simce{test}{year}_rbd_final.xlsx"
    header, *rows = CalamineWorkbook.from_path(path).get_sheet_by_index(0).to_python()
    return [dict(zip(header, row, strict=True)) for row in rows if row[0] != ""]


def _label(cell):
    return cell.strip().lower() if isinstance(cell, str) else int(cell)


def _figure(cell):
    try:
        value = float(cell)
    except ValueError:
        return np.nan
    return value if value > 0 else np.nan
