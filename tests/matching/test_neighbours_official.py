"""On the official files, neighbours in context predict results as well as context can."""

import csv
from pathlib import Path

import numpy as np
import pytest

from matching.features import context_matrix
from matching.neighbours import nearest
from matching.profiles import OwnerKind, Phase, SchoolProfile
from matching.similarity import ContextSpace
from matching.weights import EQUAL, ContextWeights, learn_weights
from tests.matching.panels import official_panel

OWNERS = {"3": OwnerKind.SUBSIDISED, "4": OwnerKind.PRIVATE, "5": OwnerKind.SUBSIDISED}
LEVELS = {
    "MAT_ENS_1": Phase.PRESCHOOL, "MAT_ENS_2": Phase.PRIMARY, "MAT_ENS_3": Phase.ADULT,
    "MAT_ENS_4": Phase.SPECIAL, "MAT_ENS_5": Phase.SECONDARY, "MAT_ENS_7": Phase.SECONDARY,
}  # fmt: skip


def primary_schools(folder: Path, groups: dict[int, float], cohorts: dict[int, float]) -> list[SchoolProfile]:
    with (folder / "cl" / "directorio_oficial_ee.csv").open(encoding="utf-8-sig") as file:
        rows = [
            row
            for row in csv.DictReader(file, delimiter=";")
            if row["ESTADO_ESTAB"] == "1" and int(row["MAT_ENS_2"])
        ]
    profiles = []
    for row in rows:
        number = int(row["RBD"])
        taught = {phase for column, phase in LEVELS.items() if int(row[column])}
        place = place_of(row)
        profiles.append(
            SchoolProfile(
                id=number,
                phase=Phase.PRIMARY,
                phases=tuple(phase for phase in Phase if phase in taught),
                owner_kind=OWNERS.get(row["COD_DEPE"], OwnerKind.PUBLIC),
                region=row["COD_REG_RBD"],
                commune=row["COD_COM_RBD"],
                rural=row["RURAL_RBD"] == "1",
                latitude=place[0],
                longitude=place[1],
                ses_group=groups.get(number),
                cohort_size=cohorts.get(number),
                special_needs_share=int(row["MAT_ENS_4"]) / int(row["MAT_TOTAL"]),
            )
        )
    return profiles


def place_of(row: dict[str, str]) -> tuple[float, float] | tuple[None, None]:
    try:
        latitude, longitude = (float(row[name].replace(",", ".")) for name in ("LATITUD", "LONGITUD"))
    except ValueError:
        return None, None
    return (latitude, longitude) if -90 < latitude < -10 else (None, None)


@pytest.mark.shared_data
@pytest.mark.slow
def test_neighbours_predict_results_but_know_none(shared_data: Path) -> None:
    """One fold of five. Near 0.33 by learned weights; above 0.45 a result would have leaked."""
    panel = official_panel(shared_data, "4b")
    recent = panel.year >= 2022
    groups, cohorts = (
        {
            int(school): float(np.nanmean(values[recent & (panel.school == school)]))
            for school in np.unique(panel.school[recent & np.isfinite(values)])
        }
        for values in (panel.ses_group, panel.tested)
    )
    context = context_matrix(primary_schools(shared_data, groups, cohorts))
    now = (panel.year == 2024) & (panel.tested >= 10)
    means = (panel.reading + panel.mathematics) / 2
    result_of = dict(zip(panel.school[now].tolist(), means[now].tolist(), strict=True))
    results = np.array([result_of.get(school, np.nan) for school in context.ids.tolist()])
    known = np.flatnonzero(np.isfinite(results))
    asked = np.random.default_rng(0).permutation(known)[: known.size // 5]
    training = results.copy()
    training[asked] = np.nan

    def explained(weights: ContextWeights) -> float:
        space = ContextSpace(context=context, weights=weights)
        found = nearest(space, 40, rows=asked, among=np.isfinite(training))
        guess = np.nanmean(np.where(found.neighbours >= 0, training[found.neighbours], np.nan), axis=1)
        return float(1 - np.mean((results[asked] - guess) ** 2) / results[asked].var())

    equal, learned = explained(EQUAL), explained(learn_weights(context, training))

    assert 0.25 < equal < learned < 0.45
