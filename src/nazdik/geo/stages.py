"""
The stages of a build, each in a folder of its own that counts only when it was finished and is still whole.

A stage is known by its key, a digest of everything it depends on. When a build is stopped, by a signal or a power cut, the
next one with the same key finds what was finished and goes on from there. What was half done is thrown away.
"""

import hashlib
import os
import shutil
from collections.abc import Callable
from pathlib import Path

import msgspec

DONE = "done.json"


class _File(msgspec.Struct, frozen=True):
    size: int
    sha256: str


class _Done(msgspec.Struct, frozen=True):
    key: str
    files: dict[str, _File]


class Stages:
    """The work folder of one build."""

    def __init__(self, folder: Path) -> None:
        """Take the folder `folder`, which may hold what an earlier build left."""
        self.folder = folder
        self.resumed: list[str] = []
        folder.mkdir(parents=True, exist_ok=True)

    def run(self, name: str, key: str, make: Callable[[Path], None]) -> Path:
        """Return the folder of a stage, made by `make` unless it is there whole under the same key."""
        folder = self.folder / name
        if self._is_whole(folder, key):
            self.resumed.append(name)
            return folder
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        make(folder)
        files = {
            path.relative_to(folder).as_posix(): _File(path.stat().st_size, sha256_of(path))
            for path in sorted(folder.rglob("*"))
            if path.is_file()
        }
        # Only a stage whose last word is on disk was finished: the word is written beside, synced, and moved there.
        said, beside = msgspec.json.encode(_Done(key, files)), folder / f".{DONE}"
        with beside.open("wb") as file:
            file.write(said)
            file.flush()
            os.fsync(file.fileno())
        beside.rename(folder / DONE)
        return folder

    def digest(self, name: str, *, leave_out: str = "") -> str:
        """Return a digest of what a finished stage made, a folder in it left out, whatever it was made from."""
        done = _read(self.folder / name)
        assert done is not None, "the stage has been run"
        kept = (item for item in sorted(done.files.items()) if item[0].partition("/")[0] != leave_out)
        return digest_of(*(f"{path}\0{file.sha256}" for path, file in kept))

    def remove(self) -> None:
        """Throw the folder away."""
        shutil.rmtree(self.folder, ignore_errors=True)

    def _is_whole(self, folder: Path, key: str) -> bool:
        done = _read(folder)
        if done is None or done.key != key:
            return False
        try:
            return all(
                (folder / name).stat().st_size == file.size and sha256_of(folder / name) == file.sha256
                for name, file in done.files.items()
            )
        except OSError:
            return False


def digest_of(*parts: str | bytes) -> str:
    """Return one digest over several parts; where one ends and the next begins counts too."""
    digest = hashlib.sha256()
    for part in parts:
        raw = part.encode() if isinstance(part, str) else part
        digest.update(len(raw).to_bytes(8, "big") + raw)
    return digest.hexdigest()


def sha256_of(path: Path) -> str:
    """Return the SHA-256 of a file in hexadecimal."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _read(folder: Path) -> _Done | None:
    try:
        return msgspec.json.decode((folder / DONE).read_bytes(), type=_Done)
    except (OSError, msgspec.MsgspecError):
        return None
