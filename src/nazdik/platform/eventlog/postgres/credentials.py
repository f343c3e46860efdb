"""By what people prove who they are, as all nodes with one key know it; what is stored is sealed by them."""

from dataclasses import dataclass

from nazdik.platform.eventlog.postgres.table import SharedTable


@dataclass(frozen=True, slots=True)
class Sealed:
    """What one owner has, and the number of the change that stored it."""

    owner: str
    body: bytes
    changed: int


class CredentialTable(SharedTable):
    """The table of credentials in PostgreSQL; `realm` names the key of the nodes that share them."""

    def __init__(self, url: str, realm: str) -> None:
        super().__init__(url)
        self.realm = realm

    def after(self, changed: int) -> list[Sealed]:
        """Return what changed after a number that was given with a change. Raises `LogUnavailable`."""
        rows = self._run("SELECT * FROM nazdik.credentials_after(%s, %s)", (self.realm, changed))
        return [Sealed(*row) for row in rows]

    def put(self, owner: str, body: bytes, *, gone: bool, before: int) -> int | None:
        """
        Store what an owner has in the place of what the change `before` stored; 0 when nothing was.

        Returns the number of this change, or None when another node came first. Raises `LogUnavailable`.
        """
        told = (self.realm, owner, body, gone, before)
        rows = self._run("SELECT nazdik.put_credentials(%s, %s, %s, %s, %s)", told)
        number: int | None = rows[0][0]
        return number
