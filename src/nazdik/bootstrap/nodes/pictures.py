"""
Pictures that survive the node that took them: told to the store before they are acknowledged, and copied from it by every node.

The files of each machine stay what is read first, what retention erases and what copies on a second disk carry.
"""

import asyncio
import logging
from collections.abc import Iterable
from pathlib import Path

from nazdik.bootstrap.retention.rules import LOG, photos_in
from nazdik.platform.blobs import Blobs
from nazdik.platform.eventlog.postgres.pictures import PictureTable, SharedPicture
from nazdik.platform.faults import LogUnavailable

COPY_EVERY_S = 2.0
FOLDER = "photos"
_log = logging.getLogger(__name__)


class SharedPictures:
    """The folder of this machine and the store's table, kept alike. Its methods block; `run` belongs to the event loop."""

    def __init__(self, table: PictureTable, data: Path) -> None:
        self._table = table
        self._data = data
        self._blobs = Blobs(data / FOLDER)
        self._copied = 0
        self._is_even = False
        self._is_away = False

    async def run(self) -> None:
        """Copy what other nodes took, for ever."""
        while True:
            try:
                await asyncio.to_thread(self.even)
                self._say(None)
            except LogUnavailable as away:
                self._say(away)
            await asyncio.sleep(COPY_EVERY_S)

    def tell(self, province: str, name: str, body: bytes) -> None:
        """Let all nodes have a picture. Raises `LogUnavailable`."""
        self._table.put(province, name, body)

    def fetch(self, province: str, name: str) -> bytes | None:
        """Return a picture that this machine lacks, and keep it. Raises `LogUnavailable`."""
        body = self._table.get(province, name)
        if body is not None:
            self._blobs.keep(body, anew=True)
        return body

    def erase(self, name: str) -> None:
        """Let go of a picture in the store, before its file goes. Raises `LogUnavailable`."""
        self._table.erase(name)

    def even(self) -> None:
        """Copy what is new in the store; the first time, tell it what was taken before it was shared. Raises `LogUnavailable`."""
        news = self._table.after(self._copied)
        if not self._is_even:
            tell_from_before(self._table, self._data, news)
            self._is_even = True
        for one in news:
            if not self._blobs.path_of(one.name).exists():
                self.fetch(one.province, one.name)
            self._copied = one.changed

    def close(self) -> None:
        """Let go of the store."""
        self._table.close()

    def _say(self, away: LogUnavailable | None) -> None:
        if (away is not None) is not self._is_away:
            self._is_away = away is not None
            _log.warning("pictures are shared again" if away is None else f"pictures are not shared now: {away}")


def tell_from_before(table: PictureTable, data: Path, known: Iterable[SharedPicture]) -> int:
    """Tell the store of every picture that a log names and only this machine has; return how many. Raises `LogUnavailable`."""
    blobs, there, told = Blobs(data / FOLDER), {(one.province, one.name) for one in known}, 0
    for province in table.provinces():
        path = data / f"{province}{LOG}"
        names = {photo.name for photo in photos_in(path)} if path.is_file() else set()
        for name in sorted(names):
            body = blobs.find(name) if (province, name) not in there else None
            if body is not None:
                table.put(province, name, body)
                told += 1
    return told


def fetch_all(table: PictureTable, data: Path, provinces: Iterable[str]) -> int:
    """Copy every picture of some provinces that this machine lacks; return how many. Raises `LogUnavailable`."""
    blobs, wanted, fetched = Blobs(data / FOLDER), set(provinces), 0
    for one in table.after(0):
        if one.province in wanted and blobs.find(one.name) is None:
            body = table.get(one.province, one.name)
            if body is not None:
                blobs.keep(body, anew=True)
                fetched += 1
    return fetched
