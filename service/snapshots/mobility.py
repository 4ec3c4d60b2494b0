"""How the schools of a territory moved between the clusters of an index, from the results kept."""

from collections.abc import Collection
from typing import Any

import numpy as np

from network.clusters import CLUSTERS
from network.school_index import IndexRecipe, indexed_windows
from network.untreated import ResultHistory


def mobility_document(
    history: ResultHistory,
    first: tuple[int, int],
    last: tuple[int, int],
    recipe: IndexRecipe,
    codes: Collection[int] | None = None,
) -> dict[str, Any]:
    """Count moves over the schools of a territory (None: all); the scale is always the country's.

    ``groups`` tells the same for each socio-economic group of the first window, because movement
    has its ceiling within each.
    """
    found = indexed_windows(history, first, last, recipe)
    mine = np.ones(found.school.size, bool) if codes is None else np.isin(found.school, list(codes))
    document = _moves(found.start_cluster[mine], found.end_cluster[mine])
    groups = found.group[mine]
    return {
        **document,
        "labels": list(range(1, len(CLUSTERS) + 1)),
        "names": list(CLUSTERS),
        "groups": [
            {
                "ses_group": int(group),
                **_moves(found.start_cluster[mine][here], found.end_cluster[mine][here]),
            }
            for group in np.unique(groups)
            for here in [groups == group]
        ],
        "missing": found.missing if codes is None else None,
        "recipe": recipe.to_dict(),
    }


def _moves(start: Any, end: Any) -> dict[str, Any]:
    size = len(CLUSTERS)
    matrix = np.zeros((size, size), dtype=int)
    np.add.at(matrix, (start - 1, end - 1), 1)
    n = int(matrix.sum())
    up, down = int(np.triu(matrix, 1).sum()), int(np.tril(matrix, -1).sum())
    same = n - up - down
    shares = {
        f"{name}_share": count / n if n else None
        for name, count in (("up", up), ("same", same), ("down", down))
    }
    return {"n": n, "up": up, "same": same, "down": down, **shares, "matrix": matrix.tolist()}
