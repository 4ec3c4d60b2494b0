"""What one more place with each leader would change, exactly and without solving again.

With capacities as right-hand sides, the least optimal price of a place is the gain of one
more (Shapley & Shubik 1971, Int. J. Game Theory 1; Gale 1960, *The Theory of Linear
Economic Models*). The certificate has found it for every leader at once.
"""

from typing import Any, NamedTuple

from matching.certificate import Certificate
from matching.instances import Instance
from matching.objective import Objective
from matching.pair_index import Id


class Price(NamedTuple):
    """The change of the result if a leader had one more place.

    Parameters
    ----------
    matched : int
        0 or 1 more school matched.
    urgency : int or None
        Of the school gained.
    total : float
        Change of the total score; may be negative when one more school is matched.
    """

    matched: int
    urgency: int | None
    total: float


def prices_of(instance: Instance, objective: Objective, certificate: Certificate) -> dict[Id, Price]:
    """Price of one more place with each leader.

    Parameters
    ----------
    instance : Instance
    objective : Objective
    certificate : Certificate
        Proven; otherwise there are no exact prices and the answer is empty.

    Returns
    -------
    dict of leader id to Price
        In the order of the ids.
    """
    if not certificate.proven:
        return {}
    level, total = objective.split(certificate.place_price)
    return {
        leader: Price(int(k >= 0), objective.urgencies[k] if k >= 0 else None, change)
        for leader, k, change in zip(instance.leader_ids, level.tolist(), total.tolist(), strict=True)
    }


def as_document(prices: dict[Id, Price]) -> dict[str, dict[str, Any]]:
    """Prices as ``minga solve`` prints them."""
    return {str(leader): price._asdict() for leader, price in prices.items()}
