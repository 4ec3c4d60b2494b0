"""Numbers that no two made-up things share."""

from itertools import count

_numbers = count(1)


def next_number() -> int:
    return next(_numbers)
