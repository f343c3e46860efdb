"""
The base map as pictures, for desks whose browser has no WebGL.

Pictures are made one after another in a process of their own, which is started by the first wish and ends when nobody has
wished for a while: a server whose desks can all draw never has one.
"""

import asyncio
import json
import logging
import sys
from contextlib import suppress
from dataclasses import dataclass
from hashlib import blake2b
from importlib.resources import as_file, files
from pathlib import Path
from typing import Any, Literal

from litestar import Request, Response, get
from litestar.di import NamedDependency
from litestar.handlers import BaseRouteHandler
from litestar.params import FromPath, FromQuery

from nazdik.bootstrap.desk import Building, Desk
from nazdik.bootstrap.door import ProvinceNotFound
from nazdik.geo.raster.drawing import ZOOM_MAX
from nazdik.geo.raster.shelf import Shelf
from nazdik.kernel import Invalid, ProvinceId, Unavailable

# Another number whenever the same map would be drawn otherwise.
DRAWN_AS = 1
BYTES_MAX = 256 * 1024 * 1024
WAITING_MAX = 200
MAKE_WITHIN_S = 20.0
# typst remembers what it set: a fresh process remembers nothing.
MAKES_MAX = 500
IDLE_S = 300.0
FONTS = "nazdik.bootstrap.day_report"
_log = logging.getLogger(__name__)


class TileNotOnGrid(Invalid):
    """There is no such tile: its zoom is 0 to 19, its column and row lie within the zoom's grid."""

    code = "geo.tile_not_on_grid"


class MapPictureUnavailable(Unavailable):
    """The picture could not be made now; the browser asks again."""

    code = "geo.picture_unavailable"


@dataclass(frozen=True, slots=True)
class Wish:
    """One tile of a province's map in one of its looks."""

    province: str
    version: str
    path: str
    theme: str
    lang: str
    scale: int
    zoom: int
    x: int
    y: int

    @property
    def name(self) -> str:
        """Where it lies on the shelf."""
        folder = f"{self.province}-{self.version}-{DRAWN_AS}/{self.theme}-{self.lang}-{self.scale}"
        return f"{folder}/{self.zoom}-{self.x}-{self.y}.png"

    @property
    def etag(self) -> str:
        """What changes whenever the picture may have."""
        return f'"{blake2b(self.name.encode(), digest_size=9).hexdigest()}"'


class MapPictures:
    """Gives pictures: from the shelf, or made now."""

    def __init__(self, folder: Path) -> None:
        self._shelf = Shelf(folder, BYTES_MAX)
        self._turn = asyncio.Lock()
        self._making: dict[str, asyncio.Task[bytes]] = {}
        self._process: asyncio.subprocess.Process | None = None
        self._made = 0
        self._idle: asyncio.TimerHandle | None = None

    async def picture(self, wish: Wish) -> bytes:
        """
        Return a picture.

        Raises:
            MapPictureUnavailable: too many wait, or it could not be made.
        """
        found = await asyncio.to_thread(self._shelf.find, wish.name)
        if found is not None:
            return found
        task = self._making.get(wish.name)
        if task is None:
            if len(self._making) >= WAITING_MAX:
                raise MapPictureUnavailable(retry_after_s=2)
            task = self._making[wish.name] = asyncio.ensure_future(self._make(wish))
            task.add_done_callback(lambda _: self._making.pop(wish.name, None))
        # Who stops waiting must not take the picture from others who wait for it.
        return await asyncio.shield(task)

    async def close(self) -> None:
        """End the process, if there is one."""
        for task in list(self._making.values()):
            task.cancel()
        await asyncio.gather(*self._making.values(), return_exceptions=True)
        await self._end()

    async def _make(self, wish: Wish) -> bytes:
        async with self._turn:
            try:
                async with asyncio.timeout(MAKE_WITHIN_S):
                    picture = await self._ask(wish)
            except (OSError, TimeoutError, EOFError, ValueError) as error:
                _log.warning("the picture %s could not be made: %s", wish.name, error)
                await self._end()
                raise MapPictureUnavailable(retry_after_s=5) from error
            except asyncio.CancelledError:
                # Its answer would be taken for the next one's.
                await self._end()
                raise
        await asyncio.to_thread(self._shelf.keep, wish.name, picture)
        return picture

    async def _ask(self, wish: Wish) -> bytes:
        process = await self._started()
        assert process.stdin is not None and process.stdout is not None
        wished = {name: getattr(wish, name) for name in Wish.__dataclass_fields__}
        process.stdin.write(json.dumps(wished).encode() + b"\n")
        await process.stdin.drain()
        answer = json.loads(await process.stdout.readuntil(b"\n"))
        if answer["problem"]:
            raise ValueError(answer["problem"])
        picture = await process.stdout.readexactly(answer["bytes"])
        self._made += 1
        if self._made >= MAKES_MAX:
            await self._end()
        self._end_when_idle()
        return picture

    async def _started(self) -> asyncio.subprocess.Process:
        if self._process is None or self._process.returncode is not None:
            with as_file(files(FONTS) / "fonts") as fonts:
                self._process = await asyncio.create_subprocess_exec(
                    sys.executable,
                    "-m",
                    "nazdik.geo.raster.worker",
                    str(fonts),
                    stdin=asyncio.subprocess.PIPE,
                    stdout=asyncio.subprocess.PIPE,
                )
            self._made = 0
        return self._process

    def _end_when_idle(self) -> None:
        if self._idle is not None:
            self._idle.cancel()
        loop = asyncio.get_running_loop()
        self._idle = loop.call_later(IDLE_S, lambda: loop.create_task(self._end_idle()))

    async def _end_idle(self) -> None:
        async with self._turn:
            await self._end()

    async def _end(self) -> None:
        process, self._process = self._process, None
        if self._idle is not None:
            self._idle.cancel()
        if process is not None and process.returncode is None:
            with suppress(ProcessLookupError):
                process.kill()
            await process.wait()


@get("/v1/provinces/{province:str}/tiles/{zoom:int}/{x:int}/{y:int}")
async def get_map_picture(
    request: Request[Any, Any, Any],
    province: FromPath[str],
    zoom: FromPath[int],
    x: FromPath[int],
    y: FromPath[int],
    desk: NamedDependency[Desk],
    building: NamedDependency[Building],
    map_pictures: NamedDependency[MapPictures],
    theme: FromQuery[Literal["day", "night"]] = "day",
    lang: FromQuery[Literal["fa", "en"]] = "fa",
    scale: FromQuery[Literal["1", "2"]] = "1",
) -> Response[bytes]:
    """
    Return a tile of a province's base map as PNG, 512 points wide, clear where the province is not.

    For browsers without WebGL; the others draw `/maps` themselves. Refusals: geo.tile_not_on_grid (422),
    geo.picture_unavailable (503).
    """
    region = building.regions.get(ProvinceId(province))
    if region is None:
        raise ProvinceNotFound(id=province[:120])
    if not 0 <= zoom <= ZOOM_MAX or not (0 <= x < 1 << zoom and 0 <= y < 1 << zoom):
        raise TileNotOnGrid()
    path = str(region.basemap_path)
    wish = Wish(province, region.version, path, theme, lang, int(scale), zoom, x, y)
    headers = {"ETag": wish.etag, "Cache-Control": "private, no-cache"}
    asked = [tag.strip().removeprefix("W/") for tag in request.headers.get("if-none-match", "").split(",")]
    if wish.etag in asked:
        return Response(b"", status_code=304, headers=headers)
    return Response(await map_pictures.picture(wish), media_type="image/png", headers=headers)


ROUTES: tuple[BaseRouteHandler, ...] = (get_map_picture,)
