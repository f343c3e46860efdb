"""
Files named after their own bytes, beside the log.

What is acknowledged is on disk: a file is written aside, synced, and only then gets its name, so a name never stands for half a
file. The same bytes are kept once.
"""

import os
from hashlib import file_digest, sha256
from pathlib import Path
from uuid import uuid4

from nazdik.platform.sqlite import from_os, sync_folder


class Blobs:
    """A folder of such files, in 256 folders by the first two signs of their names."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        folder.mkdir(parents=True, exist_ok=True)

    def keep(self, body: bytes, *, anew: bool = False) -> str:
        """
        Keep bytes and return their name, the SHA-256 in hex. Raises `LogUnavailable`.

        Args:
            anew: Also where there is a file of this name: it may be damaged.
        """
        name = sha256(body).hexdigest()
        path = self.path_of(name)
        if path.exists() and not anew:
            return name
        aside = path.with_name(f".{uuid4().hex}")
        try:
            path.parent.mkdir(exist_ok=True)
            with aside.open("wb") as file:
                file.write(body)
                file.flush()
                os.fsync(file.fileno())
            aside.replace(path)
            sync_folder(path.parent)
        except OSError as error:
            aside.unlink(missing_ok=True)
            raise from_os(error, aside) from error
        return name

    def find(self, name: str) -> bytes | None:
        """Return the bytes of that name; None when there are none, or when they are not what the name says."""
        try:
            body = self.path_of(name).read_bytes()
        except FileNotFoundError:
            return None
        except OSError as error:
            raise from_os(error, self.path_of(name)) from error
        return body if sha256(body).hexdigest() == name else None

    def name_of(self, path: Path) -> str:
        """Return the name that a file would have here."""
        with path.open("rb") as file:
            return file_digest(file, "sha256").hexdigest()

    def keep_file(self, path: Path, name: str) -> None:
        """Keep a file of the same disk under the name it has by `name_of`; it is moved. Raises `OSError`."""
        kept = self.path_of(name)
        kept.parent.mkdir(exist_ok=True)
        with path.open("rb") as file:
            os.fsync(file.fileno())
        path.replace(kept)
        sync_folder(kept.parent)

    def names(self) -> list[str]:
        """Return the names of all files."""
        return [path.name for path in self._folder.glob("??/*") if not path.name.startswith(".")]

    def destroy(self, name: str) -> None:
        """
        Overwrite a file and let go of it; nothing happens when there is none. Raises `OSError`.

        It goes over the same blocks where the disk allows that; one that does not needs its own encryption.
        """
        path = self.path_of(name)
        try:
            with path.open("r+b") as file:
                left = path.stat().st_size
                while left > 0:
                    left -= file.write(os.urandom(min(left, 1 << 20)))
                file.flush()
                os.fsync(file.fileno())
        except FileNotFoundError:
            return
        path.unlink()
        sync_folder(path.parent)

    def path_of(self, name: str) -> Path:
        """Return where the file of that name lies, or would."""
        assert len(name) == 64 and set(name) <= set("0123456789abcdef"), "names are ours, never a request's"
        return self._folder / name[:2] / name
