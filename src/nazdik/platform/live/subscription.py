"""What one session may see: scopes, and within each scope all kinds of items or only some."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any

import msgspec

_encode = msgspec.json.encode


@dataclass(frozen=True, slots=True)
class Item:
    """
    One thing as it now looks, encoded once for everybody. `view` is JSON, or None when it is gone.

    `scopes` are those who see it. The hub remembers who saw it before, and takes it away from those who no longer do.
    """

    kind: str
    id: str
    view: bytes | None
    scopes: frozenset[str]


@dataclass(frozen=True, slots=True)
class Subscription:
    """The streams a session follows and what it sees of them: for each scope the kinds, or None for every kind."""

    streams: tuple[str, ...]
    kinds_by_scope: Mapping[str, frozenset[str] | None]
    # Equal subscriptions share their frames. Part of the epoch, so that a changed right always means a new snapshot.
    key: str = field(init=False)

    def __post_init__(self) -> None:
        rules = sorted((s, None if kinds is None else sorted(kinds)) for s, kinds in self.kinds_by_scope.items())
        object.__setattr__(self, "key", sha256(_encode((sorted(self.streams), rules))).hexdigest()[:12])

    @staticmethod
    def to(streams: Iterable[str], scopes: Iterable[str]) -> "Subscription":
        """Return a subscription to everything in `scopes`."""
        return Subscription(tuple(streams), dict.fromkeys(scopes))

    def sees(self, kind: str, scopes: frozenset[str]) -> bool:
        """Whether an item of this kind in these scopes is for this session."""
        rules = self.kinds_by_scope
        for scope in scopes:
            if scope in rules:
                kinds = rules[scope]
                if kinds is None or kind in kinds:
                    return True
        return False


def quoted(value: Any) -> str:
    """Return a value as JSON text."""
    return _encode(value).decode()
