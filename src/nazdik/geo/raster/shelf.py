"""Pictures on disk, up to so many bytes; the longest unused go first. All of it can be made again."""

import os
import secrets
from contextlib import suppress
from pathlib import Path

# Counting the folder costs more than a picture: it is done once in so many.
_COUNT_EVERY = 200
# Room is made for more than one.
_CUT_TO = 0.8


class Shelf:
    """Keeps pictures by name in a folder of its own."""

    def __init__(self, folder: Path, bytes_max: int) -> None:
        self._folder, self._max = folder, bytes_max
        self._until_count = 0

    def find(self, name: str) -> bytes | None:
        """Return the picture of a name and mark it as used."""
        path = self._folder / name
        try:
            picture = path.read_bytes()
            os.utime(path)
        except OSError:
            return None
        return picture

    def keep(self, name: str, picture: bytes) -> None:
        """Keep a picture; a full or broken disk costs only the time to make it again."""
        path = self._folder / name
        beside = path.with_name(f".{secrets.token_hex(4)}.new")
        with suppress(OSError):
            path.parent.mkdir(parents=True, exist_ok=True)
            beside.write_bytes(picture)
            beside.replace(path)
        self._until_count -= 1
        if self._until_count <= 0:
            self._until_count = _COUNT_EVERY
            self.cut()

    def cut(self) -> None:
        """Throw away what is too much."""
        found: list[tuple[float, int, Path]] = []
        for path in self._folder.rglob("*"):
            with suppress(OSError):
                if path.is_file():
                    status = path.stat()
                    found.append((status.st_mtime, status.st_size, path))
        total = sum(size for _, size, _ in found)
        if total <= self._max:
            return
        for _, size, path in sorted(found):
            if total <= self._max * _CUT_TO:
                break
            with suppress(OSError):
                path.unlink()
                total -= size
