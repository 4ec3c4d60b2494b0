"""A lottery among near-equals that anybody can draw again."""

from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256

import numpy as np

from matching.arrays import IntArray
from matching.errors import InstanceError
from matching.pair_index import Id


@dataclass(frozen=True, slots=True)
class Lottery:
    """Scores that fall on the same multiple of ``width`` count as equal, and lots decide.

    Parameters
    ----------
    seed : int
    width : float
        In scores, > 0.
    """

    seed: int
    width: float

    def __post_init__(self) -> None:
        if not 0 < self.width < np.inf:
            raise InstanceError(f"{self.width} is not a number above 0", "lottery.width")

    def order(self, side: str, ids: Sequence[Id]) -> IntArray:
        """Rank of each id, 0 first: by the hash of seed, side and id.

        So a lot does not hang on who else takes part, nor on a generator's version, and it
        is known for every school before the draw matters: what an evaluation needs (Abdulkadiroğlu
        et al. 2017, Econometrica 85).

        Examples
        --------
        >>> Lottery(7, 0.05).order("schools", [1, 2, 3])
        array([0, 2, 1])
        """
        lots = np.array([sha256(f"{self.seed}:{side}:{name}".encode()).hexdigest() for name in ids])
        rank = np.empty(len(ids), dtype=np.int64)
        rank[np.argsort(lots, kind="stable")] = np.arange(len(ids))
        return rank
