"""What people outside the server remember: what they sent, and what they were told. The checker believes them, not the server."""

from dataclasses import dataclass, field
from typing import Any

from nazdik.organisation.model import Posting


@dataclass(slots=True)
class Sent:
    """One command of one sender; `answers` are all that ever came back for its key, in order."""

    who: str
    key: str
    path: str
    body: Any
    first_s: float
    answers: list[tuple[float, int, dict[str, Any]]] = field(default_factory=list)

    def forget_after(self, position: int) -> bool:
        """Forget answers about entries after a position, which are no more; return whether there were any."""
        known = [
            one for one in self.answers if one[1] >= 300 or not one[2].get("events") or one[2]["position"] <= position
        ]
        lost, self.answers = len(known) < len(self.answers), known
        return lost


@dataclass(slots=True)
class Badge:
    """Who somebody is, and the token that proves it; whoever has a copy of the token has the session."""

    posting: Posting
    token: str = ""


@dataclass(slots=True)
class Fix:
    """A position that a handheld really sent, and whether it may be used to choose."""

    unit: str
    lon: float
    lat: float
    sent_s: float
    honest: bool


@dataclass(slots=True)
class Ledger:
    """All of it. `acknowledged` are the words of calls that somebody was told we have."""

    sent: dict[tuple[str, str], Sent] = field(default_factory=dict)
    acknowledged: dict[str, float] = field(default_factory=dict)
    by_page: set[str] = field(default_factory=set)
    called: dict[str, float] = field(default_factory=dict)
    fixes: dict[str, list[Fix]] = field(default_factory=dict)
    # What no server should ever answer (500).
    failed: list[str] = field(default_factory=list)

    def sends(self, who: str, key: str, path: str, body: Any, now_s: float) -> Sent:
        """Somebody sends a command, perhaps once more."""
        found = self.sent.get((who, key))
        if found is None:
            found = self.sent[who, key] = Sent(who, key, path, body, now_s)
        return found
