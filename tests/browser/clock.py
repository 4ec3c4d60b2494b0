"""A server whose clock the test moves, and the environment that it needs."""

import os
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

PROJECT = Path(__file__).resolve().parents[2]
MOVED = Path(__file__).resolve().parent / "moved"


@dataclass(frozen=True, slots=True)
class Clock:
    """The clock of a server: a file that its processes read whenever they look at the time."""

    file: Path

    @property
    def environment(self) -> dict[str, str]:
        """What a server needs to follow this clock."""
        return {"PYTHONPATH": f"{MOVED}:{PROJECT}", "TEST_CLOCK": str(self.file)}

    def move_to(self, moment: datetime) -> None:
        """From now on it is this moment, and time goes on from there."""
        ahead = (moment - datetime.now(UTC)).total_seconds()
        waiting = self.file.with_suffix(".new")
        waiting.write_text(str(ahead), encoding="ascii")
        os.replace(waiting, self.file)

    def now(self) -> datetime:
        """The moment at the server."""
        return datetime.fromtimestamp(
            datetime.now(UTC).timestamp() + float(self.file.read_text(encoding="ascii")), UTC
        )
