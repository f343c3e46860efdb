"""Who may sign in and as what, the same at every node: people that the command line makes at one are there at the others."""

from pathlib import Path

from nazdik.bootstrap.nodes.sealed_rows import Owner, Rows, SealedRows
from nazdik.platform.eventlog.postgres.credentials import CredentialTable

FILE = "people.sqlite"
# A person, their later postings, and the newest change of them in the log that stands here.
TABLES = {
    "person": Owner("person", "id"),
    "posting": Owner("person", "person"),
    "person_change": Owner("person", "person"),
}


class SharedPeople(SealedRows):
    """Keeps the list of people and the store alike. Blocking: call it in a thread."""

    def __init__(self, path: Path, table: CredentialTable, key: bytes) -> None:
        """Open the list beside those who use it; `key` is what nodes seal with."""
        super().__init__(path, table, key, TABLES)

    def outlasts(self, ours: Rows, theirs: Rows) -> bool:
        """Whether what is here is of a later change in the log, which every node follows by itself."""
        return _number(ours) > _number(theirs)


def _number(rows: Rows) -> int:
    return max((int(row["number"]) for row in rows.get("person_change", ())), default=0)
