"""The exact assignment of schools to leaders under capacities, by one of the policies."""

from collections.abc import Callable

from matching.answers import Assignment, Result, Status
from matching.clock import Clock, Progress
from matching.errors import InstanceError
from matching.fair import solve_fair
from matching.greatest_total import solve_total
from matching.instances import Instance
from matching.ruled import solve_ruled
from matching.stable import solve_stable

__all__ = ["POLICIES", "Assignment", "Progress", "Result", "Status", "solve"]

_SOLVERS: dict[str, Callable[[Instance, Clock], Assignment]] = {
    "total": solve_total,
    "fair": solve_fair,
    "stable": solve_stable,
}

POLICIES = tuple(_SOLVERS)
"""Policies that :func:`solve` knows."""


def solve(
    instance: Instance,
    *,
    policy: str = "total",
    time_limit: float | None = None,
    progress: Progress | None = None,
) -> Assignment:
    """Find the best assignment under a policy, with a certificate that was checked.

    ``total``: as many schools of urgency 1 as possible, then 2, …, then the greatest total
    score. ``fair``: the same numbers, then the worst-off school as well off as possible, then
    the next, by hundredths of the score; then the greatest total. ``stable``: school-optimal
    deferred acceptance, no school and leader would both rather have each other. Ties by id.
    Locked pairs stand, forbidden ones are out. An instance with rules that no flow can keep
    (:class:`matching.rules.Rules`) goes to integer programmes.

    Parameters
    ----------
    instance : Instance
    policy : str
        One of ``POLICIES``.
    time_limit : float, optional
        Seconds of wall time. A flow that has begun is not interrupted; past the limit no
        further step begins, and the answer is ``feasible`` with the bound known by then.
    progress : callable, optional
        Called at each step; returning False cancels: the locked pairs alone, or, once the
        flow is done, its assignment without the proof.

    Returns
    -------
    Assignment

    Raises
    ------
    InstanceError
        The policy is not known, or the figures do not fit in 64 bits.

    Examples
    --------
    >>> import numpy as np
    >>> two = Instance.from_arrays(
    ...     [1, 2], [2, 1], [9], [1], np.array([0, 1]), np.array([0, 0]), np.array([0.9, 0.1]))
    >>> best = solve(two)
    >>> best.pairs(two), best.status.value, best.prices[9]
    ([(2, 9)], 'optimal', Price(matched=1, urgency=2, total=0.9))
    """
    if not isinstance(policy, str) or policy not in _SOLVERS:
        raise InstanceError(f"policy {policy!r} is not known; known: {', '.join(POLICIES)}", "policy")
    clock = Clock(time_limit, progress)
    return solve_ruled(instance, policy, clock) if instance.rules else _SOLVERS[policy](instance, clock)
