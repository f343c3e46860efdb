"""
The shelf of 197's sounds and films: taken to disk as they come, made bare, and kept under the hash of what is left.

What is sent waits an hour for the contact whose part it becomes; a mark beside the shelf says since when and what it is.
"""

import asyncio
import os
import time
from collections.abc import AsyncIterator, Container
from pathlib import Path
from uuid import uuid4

import msgspec

from nazdik.oversight.errors import (
    RecordingNotFound,
    RecordingTooLarge,
    RecordingUnknown,
    RecordingUnreadable,
    ShelfFull,
)
from nazdik.oversight.model import Recording
from nazdik.platform.blobs import Blobs
from nazdik.platform.recordings import UnknownContainer, Unreadable, make_bare
from nazdik.platform.sqlite import from_os

# Five minutes as a browser writes a changed voice (16,000 samples of 16 bit a second), and some more.
SOUND_BYTES_MAX = 12 * 1024 * 1024
# Together, of all who have sent something and not yet said what it belongs to.
WAITING_BYTES_MAX = 2 * 1024 * 1024 * 1024
WAITS_S = 3_600.0
AT_ONCE = 2


class RecordingShelf:
    """A folder of recordings. Belongs to one event loop."""

    def __init__(self, folder: Path) -> None:
        self._blobs = Blobs(folder / "kept")
        self._coming, self._waiting = folder / "coming", folder / "waiting"
        for each in (self._coming, self._waiting):
            each.mkdir(parents=True, exist_ok=True)
        for left in self._coming.iterdir():
            left.unlink()  # What came when the server stopped was never acknowledged.
        self._turns = asyncio.Semaphore(AT_ONCE)

    async def take(self, body: AsyncIterator[bytes]) -> Recording:
        """
        Return what was sent, stripped and on disk.

        Raises:
            RecordingUnknown, RecordingUnreadable, RecordingTooLarge: It is not taken.
            ShelfFull, LogUnavailable: There is no room for it now.
        """
        if await asyncio.to_thread(self._waiting_bytes) > WAITING_BYTES_MAX:
            raise ShelfFull(retry_after_s=600)
        path = self._coming / uuid4().hex
        try:
            with path.open("xb") as file:
                async for chunk in body:
                    await asyncio.to_thread(file.write, chunk)
            async with self._turns:
                return await asyncio.to_thread(self._keep, path)
        except OSError as error:
            raise from_os(error, path) from error
        finally:
            path.unlink(missing_ok=True)

    def _keep(self, path: Path) -> Recording:
        try:
            bare = make_bare(path)
        except UnknownContainer as error:
            raise RecordingUnknown() from error
        except Unreadable as error:
            raise RecordingUnreadable(why=str(error)) from error
        size = path.stat().st_size
        if not bare.has_picture and size > SOUND_BYTES_MAX:
            raise RecordingTooLarge(bytes_max=SOUND_BYTES_MAX)
        recording = Recording(self._blobs.name_of(path), bare.media_type, size)
        # The mark first: what has no mark and no case would lie there for ever.
        mark = self._waiting / recording.name
        aside = mark.with_suffix(f".{uuid4().hex}")
        aside.write_bytes(msgspec.json.encode(recording))
        aside.replace(mark)
        self._blobs.keep_file(path, recording.name)
        return recording

    def find_waiting(self, name: str) -> Recording | None:
        """Return what was sent lately under a name, and let its time begin anew."""
        mark = self._waiting / name
        try:
            recording = msgspec.json.decode(mark.read_bytes(), type=Recording)
            os.utime(mark)
            self._blobs.path_of(name).stat()
        except (OSError, msgspec.MsgspecError):
            return None
        return recording

    def path_of(self, name: str) -> Path:
        """Return where a recording lies. Raises `RecordingNotFound`."""
        path = self._blobs.path_of(name)
        if not path.is_file():
            raise RecordingNotFound(recording=name)
        return path

    def destroy(self, name: str) -> None:
        """Overwrite a recording and let go of it. Raises `OSError`."""
        (self._waiting / name).unlink(missing_ok=True)
        self._blobs.destroy(name)

    def put_in_order(self, held: Container[str], destroyed: Container[str]) -> None:
        """Let go of what was destroyed, and of what nobody made part of a case in time. Raises `OSError`."""
        for name in self._blobs.names():
            if name in destroyed and not (self._waiting / name).exists():
                self.destroy(name)
        for mark in self._waiting.iterdir():
            if time.time() - mark.stat().st_mtime < WAITS_S:
                continue
            mark.unlink()
            if "." not in mark.name and mark.name not in held:
                self._blobs.destroy(mark.name)

    def _waiting_bytes(self) -> int:
        names = [mark.name for mark in self._waiting.iterdir() if "." not in mark.name]
        paths = [self._blobs.path_of(name) for name in names]
        return sum(path.stat().st_size for path in paths if path.is_file())
