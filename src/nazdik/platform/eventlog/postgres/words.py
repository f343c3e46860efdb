"""Words that were used up, as all nodes with one key know it."""

from hashlib import sha256

from nazdik.platform.eventlog.postgres.table import SharedTable


class WordTable(SharedTable):
    """The table of used words in PostgreSQL; `realm` names the key of the nodes that share them."""

    def __init__(self, url: str, realm: str) -> None:
        super().__init__(url)
        self.realm = realm

    def use(self, word: bytes) -> bool:
        """Use a word up; False when it was used before, at whatever node. Raises `LogUnavailable`."""
        rows = self._run("SELECT nazdik.use_word(%s, %s)", (self.realm, sha256(word).digest()))
        return bool(rows[0][0])

    def forget(self) -> None:
        """Forget words that have ended. Raises `LogUnavailable`, also where the table is not there yet."""
        self._run("SELECT nazdik.forget_words()", ())
