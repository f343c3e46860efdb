"""
Files named after their own bytes, beside the log.

What is acknowledged is on disk: a file is written aside, synced, and only then gets its name, so a name never stands for half a
file. The same bytes are kept once.
"""

import os
from hashlib import sha256
from pathlib import Path
from uuid import uuid4

from nazdik.platform.sqlite import from_os, sync_folder


class Blobs:
    """A folder of such files, in 256 folders by the first two signs of their names."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        folder.mkdir(parents=True, exist_ok=True)

    def keep(self, body: bytes) -> str:
        """Keep bytes and return their name, the SHA-256 in hex. Raises `LogUnavailable`."""
        name = sha256(body).hexdigest()
        path = self._path(name)
        if path.exists():
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
            body = self._path(name).read_bytes()
        except FileNotFoundError:
            return None
        except OSError as error:
            raise from_os(error, self._path(name)) from error
        return body if sha256(body).hexdigest() == name else None

    def _path(self, name: str) -> Path:
        assert len(name) == 64 and set(name) <= set("0123456789abcdef"), "names are ours, never a request's"
        return self._folder / name[:2] / name
