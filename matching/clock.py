"""How long a solve may go on, and who is told how far it is."""

from collections.abc import Callable
from time import perf_counter

Progress = Callable[[str, float], bool | None]
"""Called with the step that begins and the share done; returning False cancels."""


class Clock:
    """Time and the wish to go on, of one solve.

    Parameters
    ----------
    limit : float, optional
        Seconds of wall time.
    progress : callable, optional

    Examples
    --------
    >>> Clock(None, None).may_begin("flow", 0.0)
    True
    """

    def __init__(self, limit: float | None, progress: Progress | None) -> None:
        self.began = perf_counter()
        self.limit = limit
        self.progress = progress
        self.cancelled = False
        self.stopped = False
        self.step: tuple[str, float] = ("", 0.0)

    def may_begin(self, step: str, share: float) -> bool:
        """Whether a further step may begin; nothing begins after a stop."""
        self.step = (step, share)
        return self.still_wanted()

    def still_wanted(self) -> bool:
        """Whether the present step may go on: tells how far it is, so that it can be cancelled."""
        step, share = self.step
        if not self.stopped and self.progress is not None and self.progress(step, share) is False:
            self.cancelled = self.stopped = True
        return self.may_go_on()

    def may_go_on(self) -> bool:
        """Whether time is left and nobody cancelled."""
        if self.limit is not None and self.seconds() >= self.limit:
            self.stopped = True
        return not self.stopped

    def left(self) -> float | None:
        """Seconds left, None without a limit."""
        return None if self.limit is None else max(0.0, self.limit - self.seconds())

    def seconds(self) -> float:
        """Wall time since the solve began."""
        return perf_counter() - self.began
