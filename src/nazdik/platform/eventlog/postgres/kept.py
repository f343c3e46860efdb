"""A log in PostgreSQL as a walk along it asks for it, over a connection of its own."""

from nazdik.platform.eventlog.entry import Entry, Head
from nazdik.platform.eventlog.postgres.reader import PostgresReader
from nazdik.platform.faults import LogUnavailable


class KeptInStore:
    """One log of the store; see `walk.Kept`."""

    def __init__(self, url: str, name: str) -> None:
        self._reader = PostgresReader(url, name)

    def head(self) -> Head:
        """Return where it ends."""
        head = self._reader.find()
        if head is None:
            raise LogUnavailable(f"there is no log {self._reader.name} in PostgreSQL, or this login may not read it")
        return head

    def planned(self) -> int:
        """Return up to where it is to be hollow by a rule."""
        return self._reader.planned()

    def read(self, after: int, limit: int) -> list[Entry]:
        """Return up to `limit` entries that follow position `after`."""
        return self._reader.read(after, limit)

    def held(self) -> dict[str, str]:
        """Return the holder of each resource that is held now."""
        return self._reader.held()

    def close(self) -> None:
        """Let go of the connection."""
        self._reader.close()
