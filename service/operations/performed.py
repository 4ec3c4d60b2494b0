"""A run in memory, before anything of it is kept."""

from dataclasses import dataclass
from typing import Any

from matching.rounds import Round, RoundRules
from service.snapshots.matching import RunInputs


@dataclass(frozen=True, kw_only=True, eq=False)
class Performed:
    """What went in, what came out, what was studied beside it, and how long each step took."""

    inputs: RunInputs
    rules: RoundRules
    round: Round
    seconds: dict[str, float]
    studies: dict[str, Any]
