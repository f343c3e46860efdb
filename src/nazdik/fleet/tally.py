"""What came by each way in, and what became of it, since the server started."""

from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field

from nazdik.fleet.model import Verdict
from nazdik.kernel import Instant, Rejected


@dataclass(slots=True)
class DoorTally:
    """One way in. `judged` counts positions by the code of the verdict, `now` for a present place; `refused` by code."""

    messages: int = 0
    no_place: int = 0
    judged: Counter[str] = field(default_factory=Counter)
    refused: Counter[str] = field(default_factory=Counter)
    last_at: Instant | None = None

    def came(self, now: Instant, messages: int = 1) -> None:
        """Count messages."""
        self.messages += messages
        self.last_at = now

    def found(self, verdicts: Sequence[Verdict]) -> None:
        """Count what became of positions."""
        self.judged.update(verdict.reason or "now" for verdict in verdicts)

    @contextmanager
    def refusals(self) -> Iterator[None]:
        """Count a refusal that passes through here."""
        try:
            yield
        except Rejected as refusal:
            self.refused[refusal.code] += 1
            raise
