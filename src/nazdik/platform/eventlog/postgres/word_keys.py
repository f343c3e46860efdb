"""The keys of words of logs that several nodes share: in a table by which nodes give them to one another, in each node's files."""

import logging
import secrets
from pathlib import Path

from nazdik.platform.eventlog.postgres.table import SharedTable
from nazdik.platform.eventlog.word_keys import KEY, KEY_BYTES, KeyFiles, put
from nazdik.platform.faults import LogUnavailable

_log = logging.getLogger(__name__)


class WordKeyTable(SharedTable):
    """The table in PostgreSQL."""

    def put(self, log: str, key_id: str, key: bytes) -> tuple[str, bytes]:
        """Keep a key for its day, and return the one that counts: the first. Raises `LogUnavailable`."""
        (row,) = self._run("SELECT * FROM nazdik.put_word_key(%s, %s, %s)", (log, key_id, key))
        return str(row[0]), bytes(row[1])

    def bring(self, log: str, key_id: str, key: bytes) -> None:
        """Keep a key that comes with a log. Raises `LogUnavailable`."""
        self._run("SELECT nazdik.bring_word_key(%s, %s, %s)", (log, key_id, key))

    def after(self, log: str, key_id: str = "") -> list[tuple[str, bytes]]:
        """Return the keys of later days. Raises `LogUnavailable`."""
        rows = self._run("SELECT * FROM nazdik.word_keys_after(%s, %s)", (log, key_id))
        return [(str(row[0]), bytes(row[1])) for row in rows]

    def drop(self, log: str, key_id: str) -> None:
        """Destroy a key here too. Raises `LogUnavailable`."""
        self._run("SELECT nazdik.drop_word_key(%s, %s)", (log, key_id))


class SharedKeyFiles(KeyFiles):
    """The keys of one log at a node that shares it."""

    def __init__(self, folder: Path, table: WordKeyTable, log: str) -> None:
        super().__init__(folder)
        self._table, self._log_name = table, log
        self._asked: set[str] = set()

    def find(self, key_id: str, subject: str) -> bytes | None:
        """See `WordKeys`. A key of another node is asked for once; what is unknown while the store is away is asked for again."""
        found = super().find(key_id, subject)
        if found is not None or key_id in self._asked:
            return found
        try:
            self.fetch()
        except LogUnavailable as away:
            _log.warning("words cannot be opened now: %s", away)
            return None
        self._asked.add(key_id)
        return super().find(key_id, subject)

    def fetch(self) -> None:
        """See `WordKeys`: what other nodes have made since the newest key that is here."""
        newest = max((path.name[: -len(KEY)] for path in self.folder.glob(f"*{KEY}")), default="")
        for key_id, key in self._table.after(self._log_name, newest):
            put(self.folder / f"{key_id}{KEY}", key)

    def drop(self, key_id: str) -> None:
        """Destroy a key in the store. Raises `LogUnavailable`."""
        self._table.drop(self._log_name, key_id)

    def close(self) -> None:
        """See `WordKeys`."""
        self._table.close()

    def _make(self, name: str) -> tuple[str, bytes]:
        fresh = f"{name}.{secrets.token_hex(4)}"
        key_id, key = self._table.put(self._log_name, fresh, secrets.token_bytes(KEY_BYTES))
        put(self.folder / f"{key_id}{KEY}", key)
        self._known[key_id] = key
        return key_id, key


def to_table(folder: Path, url: str, log: str) -> int:
    """Bring the keys of a log that was moved into PostgreSQL, and return how many there are. Raises `LogUnavailable`."""
    table = WordKeyTable(url)
    try:
        files = sorted(folder.glob(f"*{KEY}"))
        for path in files:
            table.bring(log, path.name[: -len(KEY)], path.read_bytes())
        return len(files)
    finally:
        table.close()


def to_files(folder: Path, url: str, log: str, *, leave: bool) -> int:
    """
    Bring the keys of a log out of PostgreSQL into files, and return how many there were. Raises `LogUnavailable`.

    Args:
        leave: Leave them there too, as long as the log is not a file.
    """
    table = WordKeyTable(url)
    try:
        keys = table.after(log)
        for key_id, key in keys:
            put(folder / f"{key_id}{KEY}", key)
            if not leave:
                table.drop(log, key_id)
        return len(keys)
    finally:
        table.close()
