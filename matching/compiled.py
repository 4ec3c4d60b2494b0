"""Loops that are compiled to machine code the first time they run, and kept for the next time."""

from collections.abc import Callable
from typing import TypeVar, cast

from numba import njit

Function = TypeVar("Function", bound=Callable[..., object])


def compiled(function: Function) -> Function:
    """Compile a function of arrays and whole numbers when it is first called.

    The machine code is kept beside the module, or in the user's cache folder where that cannot be
    written. Where neither can, each process compiles for itself.

    Examples
    --------
    >>> @compiled
    ... def doubled(number: int) -> int:
    ...     return 2 * number
    >>> doubled(21)
    42
    """
    try:
        kept = njit(cache=True)(function)
    except RuntimeError:
        kept = njit(function)
    return cast(Function, kept)
