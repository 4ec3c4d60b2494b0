"""Integer programmes that stop when they are told to.

HiGHS looks at its time limit between the steps of its search, but a step (the first linear
programme of tens of thousands of pairs, say) can last for minutes, and it cannot be told
to stop at all. So a large programme is solved by a second Python process, which is ended
when the time is up or somebody cancels. A small one is solved in this process: to start
another takes longer.
"""

import pickle
import subprocess
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from matching.arrays import FloatArray

SMALL = 60_000
"""Up to so many entries in the rows, a programme is solved in this process."""

GRACE = 0.8
"""Part of the time left that HiGHS is given, so that it can still say what it has found."""

BEAT = 0.2
"""Seconds between two looks at the clock."""

_BOUND_REACHED = 1
_NOTHING: dict[str, Any] = {"x": None, "bound": None, "status": _BOUND_REACHED}


@dataclass(frozen=True, slots=True, eq=False)
class Found:
    """What a programme ended with.

    Parameters
    ----------
    x : ndarray or None
        The best found.
    bound : float or None
        No answer costs less; None if that is not known.
    finished : bool
        False if it was stopped before it knew.
    """

    x: FloatArray | None
    bound: float | None
    finished: bool


def least_cost(
    cost: FloatArray,
    matrix: Any,
    rows: tuple[FloatArray, FloatArray],
    bounds: tuple[FloatArray, FloatArray],
    seconds: float | None,
    keep_going: Callable[[], bool] | None,
) -> Found:
    """Choose whole numbers of least cost.

    Parameters
    ----------
    cost : ndarray of shape (n,)
    matrix : sparse array of shape (m, n)
    rows, bounds : (low, high)
        Of the rows of the matrix and of the numbers.
    seconds : float or None
        Wall time that it may take; None: as long as it needs.
    keep_going : callable, optional
        Asked several times a second where the programme is large; False ends it.

    Returns
    -------
    Found
    """
    programme = {
        "cost": cost,
        "matrix": matrix,
        "rows": rows,
        "bounds": bounds,
        "options": {"mip_rel_gap": 0.0},
    }
    interrupts = seconds is not None or keep_going is not None
    if matrix.nnz <= SMALL or not interrupts:
        if seconds is not None:
            programme["options"] = {"mip_rel_gap": 0.0, "time_limit": max(seconds, 0.01)}
        answer = solved(programme)
    else:
        if seconds is not None:
            programme["options"] = {"mip_rel_gap": 0.0, "time_limit": max(GRACE * seconds, 0.01)}
        answer = _in_another_process(programme, seconds, keep_going or (lambda: True))
    return Found(answer["x"], answer["bound"], answer["status"] != _BOUND_REACHED)


def solved(programme: Mapping[str, Any]) -> dict[str, Any]:
    """Solve one programme by HiGHS (Huangfu & Hall 2018, Math. Prog. Comp. 10)."""
    # here and not above: HiGHS is loaded only by runs whose rules need it
    from scipy.optimize import Bounds, LinearConstraint, milp

    found = milp(
        programme["cost"],
        constraints=LinearConstraint(programme["matrix"], *programme["rows"]),
        bounds=Bounds(*programme["bounds"]),
        integrality=np.ones(programme["cost"].size),
        options=programme["options"],
    )
    return {"x": found.x, "bound": found.mip_dual_bound, "status": found.status}


def _in_another_process(
    programme: Mapping[str, Any], seconds: float | None, keep_going: Callable[[], bool]
) -> dict[str, Any]:
    """The answer of a process of its own, or that there is none in time."""
    given: bytes | None = pickle.dumps(programme)
    beats = None if seconds is None else seconds / BEAT
    with subprocess.Popen(
        [sys.executable, "-m", "matching.interruptible"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    ) as helper:
        while beats is None or beats > 0:
            try:
                told, _ = helper.communicate(given, timeout=BEAT)
            except subprocess.TimeoutExpired:
                given = None
                beats = None if beats is None else beats - 1
                if keep_going():
                    continue
                break
            if helper.returncode:
                raise ArithmeticError(
                    f"the solver's process ended with {helper.returncode}, which is a fault"
                )
            answer: dict[str, Any] = pickle.loads(told)
            return answer
        helper.kill()
        helper.communicate()
    return dict(_NOTHING)


def main() -> None:
    """Solve the programme on standard input, and write the answer to standard output."""
    # only ever started by the function above, with what it has written itself
    programme = pickle.load(sys.stdin.buffer)
    sys.stdout.buffer.write(pickle.dumps(solved(programme)))


if __name__ == "__main__":
    main()
