"""What intake needs to know of a record of the journal."""

from typing import Protocol

from nazdik.kernel import Instant


class KeptRecord(Protocol):
    """A message as it came: where it lies, when it came, its bytes."""

    @property
    def offset(self) -> int: ...
    @property
    def at(self) -> Instant: ...
    @property
    def data(self) -> bytes: ...
