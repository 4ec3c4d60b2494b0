"""Networks that propose themselves beside the best an integer programme knows; 3,500 schools at once.

Synthetic schools by seed: needs and strengths on several elements, six features of context, places in two
degrees. The programme (HiGHS through scipy, 60 seconds each) chooses middle and theme of each network and
shares the schools out with the same sizes and a strong school in each network.
"""

import time
from collections.abc import MutableMapping, Sequence

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import coo_matrix, csr_matrix, vstack

from network.peer_networks import propose_networks
from network.peer_records import PeerSchool, PeerSettings
from network.peer_search import balanced_sizes
from network.peer_terms import peer_terms

ELEMENTS = ("focus", "trust", "reading", "strategy")
INSTANCES = ((20, 2, 0), (24, 3, 1), (30, 3, 2), (40, 2, 3), (48, 2, 4), (80, 2, 5))
LARGE = (300, 1_000, 3_500)
LIMIT = 60.0


def schools(count: int, elements: int, seed: int) -> list[PeerSchool]:
    """Made-up schools: a third need an element, a fifth of the others are strong in it."""
    draw = np.random.default_rng(seed)
    found = []
    for number in range(count):
        needs = tuple(one for one in ELEMENTS[:elements] if draw.random() < 0.3)
        strengths = tuple(one for one in ELEMENTS[:elements] if one not in needs and draw.random() < 0.2)
        place = draw.random(2) * (3, 2) + (-33, -71)
        context = tuple(draw.normal(size=6).tolist())
        found.append(
            PeerSchool(
                id=number,
                needs=needs,
                strengths=strengths,
                context=context,
                latitude=float(place[0]),
                longitude=float(place[1]),
            )
        )
    return found


def programme(listed: Sequence[PeerSchool], settings: PeerSettings) -> tuple[float | None, float]:
    """The least total that the programme found (None: nothing in time) and the bound it proved."""
    terms = peer_terms(listed, settings)
    sizes = balanced_sizes(len(listed), least=settings.least, most=settings.most, target=settings.target)
    count, themes = len(listed), len(terms.themes)
    middle, theme = (found.ravel() for found in np.indices((count, themes)))
    options = count * themes
    cost = (terms.pair[:, middle] + terms.miss[:, theme]).ravel()
    opened = count * options
    x = np.arange(opened).reshape(count, options)
    y = opened + np.arange(options)
    total = opened + options

    def rows(parts: list[tuple[np.ndarray, np.ndarray, float]], height: int) -> csr_matrix:
        row, column = (np.concatenate([part[n] for part in parts]) for n in (0, 1))
        value = np.concatenate([np.full(len(part[0]), part[2]) for part in parts])
        return coo_matrix((value, (row, column)), (height, total)).tocsr()

    each = np.arange(options)
    members = (np.tile(each, count), x.ravel(), 1.0)
    high = sizes.low + (1 if sizes.larger else 0)
    strong = terms.strong[:, :themes][:, theme]
    needing = terms.needs[:, :themes][:, theme]
    blocks = [
        (rows([(np.repeat(np.arange(count), options), x.ravel(), 1.0)], count), 1, 1),
        (rows([(np.zeros(options, int), y, 1.0)], 1), sizes.networks, sizes.networks),
        (rows([members, (each, y, -float(sizes.low))], options), 0, np.inf),
        (rows([members, (each, y, -float(high))], options), -np.inf, 0),
        (rows([(np.nonzero(strong)[1], x[strong], 1.0), (each, y, -1.0)], options), 0, np.inf),
        (rows([(np.nonzero(needing)[1], x[needing], 1.0), (each, y, -1.0)], options), 0, np.inf),
    ]
    constraint = LinearConstraint(
        vstack([block for block, _, _ in blocks]),
        np.concatenate([np.full(block.shape[0], low, dtype=float) for block, low, _ in blocks]),
        np.concatenate([np.full(block.shape[0], top, dtype=float) for block, _, top in blocks]),
    )
    answer = milp(
        np.concatenate([cost, np.zeros(options)]),
        constraints=constraint,
        integrality=np.concatenate([np.zeros(opened), np.ones(options)]),
        bounds=Bounds(0, 1),
        options={"time_limit": LIMIT},
    )
    bound = float(answer.mip_dual_bound) if answer.mip_dual_bound is not None else float("nan")
    return (None if answer.x is None else float(answer.fun)), bound


def run(report: MutableMapping[str, object]) -> None:
    """Measure instances under ``peer_networks`` and large ones under ``peer_networks_large``."""
    settings = PeerSettings()
    rows = []
    for count, elements, seed in INSTANCES:
        listed = schools(count, elements, seed)
        began = time.process_time()
        plan = propose_networks(listed, settings)
        took = time.process_time() - began
        best, bound = programme(listed, settings)
        rows.append(
            {
                "schools": count,
                "elements": elements,
                "seconds": round(took, 2),
                "total": plan.total,
                "programme": best,
                "programme_bound": bound,
                "above_best": None if best is None else plan.total / min(best, plan.total) - 1,
                "above_bound": plan.total / bound - 1,
            }
        )
    report["peer_networks"] = rows
    report["peer_networks_large"] = [_large(count) for count in LARGE]


def _large(count: int) -> dict[str, object]:
    listed = schools(count, len(ELEMENTS), 0)
    began = time.process_time()
    plan = propose_networks(listed)
    sizes = {len(network.members) for network in plan.networks}
    return {
        "schools": count,
        "seconds": round(time.process_time() - began, 2),
        "networks": len(plan.networks),
        "smallest": min(sizes),
        "largest": max(sizes),
        "without_strength": sum(not network.strong for network in plan.networks),
        "total": plan.total,
    }
