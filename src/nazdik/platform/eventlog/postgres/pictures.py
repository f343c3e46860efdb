"""Pictures, as all nodes have them."""

from dataclasses import dataclass
from hashlib import sha256

from nazdik.platform.eventlog.postgres.table import SharedTable


@dataclass(frozen=True, slots=True)
class SharedPicture:
    """That there is a picture, and the number of the change by which it came."""

    province: str
    name: str
    changed: int


class PictureTable(SharedTable):
    """The table of pictures in PostgreSQL."""

    def put(self, province: str, name: str, body: bytes) -> None:
        """Keep a picture under the digest of its bytes. Raises `LogUnavailable`."""
        self._run("SELECT nazdik.put_picture(%s, %s, %s)", (province, name, body))

    def get(self, province: str, name: str) -> bytes | None:
        """Return a picture; None when there is none, or what is there is not what its name says. Raises `LogUnavailable`."""
        body = self._run("SELECT nazdik.picture(%s, %s)", (province, name))[0][0]
        return body if body is not None and sha256(body).hexdigest() == name else None

    def after(self, changed: int) -> list[SharedPicture]:
        """Return what came after a number that was given with a change, and is still there. Raises `LogUnavailable`."""
        return [SharedPicture(*row) for row in self._run("SELECT * FROM nazdik.pictures_after(%s)", (changed,))]

    def erase(self, name: str) -> None:
        """Let go of a picture. Raises `LogUnavailable`."""
        self._run("SELECT nazdik.erase_picture(%s)", (name,))

    def provinces(self) -> set[str]:
        """Return the provinces whose pictures this login may keep. Raises `LogUnavailable`."""
        return {row[0] for row in self._run("SELECT log FROM nazdik.rights WHERE writes", ())}
