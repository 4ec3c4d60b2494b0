"""A page of a list."""

from dataclasses import dataclass
from typing import Generic, TypeVar

Line = TypeVar("Line")
PAGE_SIZE = 50
MAXIMUM_PAGE = 100_000


@dataclass(frozen=True, slots=True)
class Listing(Generic[Line]):
    """Lines of one page, and of how many."""

    lines: tuple[Line, ...]
    total: int
    page: int
    size: int = PAGE_SIZE

    @property
    def pages(self) -> int:
        """How many pages there are; at least one."""
        return max(1, -(-self.total // self.size))
