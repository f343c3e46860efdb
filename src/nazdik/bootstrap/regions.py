"""
Exchanging a province's map while it works: by an administrator's request, or by a command on this machine.

The command leaves a question in the data folder, as those do that change rights; whoever may write there may ask. The server
looks every half second, does what was asked, and leaves its answer beside.
"""

import asyncio
import logging
import secrets
import time
from pathlib import Path
from typing import Any

import msgspec
from litestar import Request, post
from litestar.di import NamedDependency
from litestar.handlers import BaseRouteHandler
from litestar.params import FromPath

from nazdik.bootstrap.desk import Desk
from nazdik.bootstrap.door import ProvinceNotFound
from nazdik.bootstrap.reload import Reloaded, Reloader
from nazdik.kernel import OfficeId, ProvinceId, Rejected, Unavailable
from nazdik.organisation.model import Act
from nazdik.platform.audit import Audit
from nazdik.platform.http import title

LOOK_EVERY_S = 0.5
FOLDER, ASKED, ANSWERED = "reload", ".asked.json", ".answered.json"
_log = logging.getLogger(__name__)


class ReloadView(msgspec.Struct, frozen=True):
    """What became of a reload; `without_place` are units that stand on no road of the new map until they report again."""

    province: str
    before: str
    after: str
    trust: str
    without_place: tuple[str, ...]
    lost_conditions: tuple[str, ...]
    ready_s: float
    switch_ms: float


class Asked(msgspec.Struct, frozen=True):
    """A question of the command line."""

    province: str


class Answered(msgspec.Struct, frozen=True):
    """Its answer: what was done, or why not."""

    done: ReloadView | None = None
    code: str = ""
    fa: str = ""
    en: str = ""


def reload_view(done: Reloaded) -> ReloadView:
    """Return a reload as others see it."""
    return ReloadView(
        province=str(done.province),
        before=done.before,
        after=done.after,
        trust=done.trust.value,
        without_place=tuple(map(str, done.without_place)),
        lost_conditions=done.lost_conditions,
        ready_s=round(done.ready_s, 3),
        switch_ms=round(done.switch_ms, 3),
    )


@post("/v1/provinces/{province:str}/reload", status_code=200)
async def reload_region(
    request: Request[Any, Any, Any],
    province: FromPath[str],
    desk: NamedDependency[Desk],
    reloader: NamedDependency[Reloader],
) -> ReloadView:
    """
    Put the map that now lies in the province's folder in force, without stopping anything.

    Refusals: region.refused (409), region.other_province (409), region.offices_in_use (409), region.reload_running (409).
    """
    name = ProvinceId(province)
    if name not in desk.house.regions:
        raise ProvinceNotFound(id=province[:120])
    desk.allow(Act.RELOAD_REGION, offices=frozenset({OfficeId(province)}))
    await desk.note("region_reload", province, "administration")
    return reload_view(await reloader.reload(name))


ROUTES: tuple[BaseRouteHandler, ...] = (reload_region,)


class ReloadsAsked:
    """Does what commands on this machine ask."""

    def __init__(self, data: Path, reloader: Reloader, provinces: frozenset[ProvinceId], audit: Audit | None) -> None:
        self._folder = data / FOLDER
        self._reloader, self._provinces, self._audit = reloader, provinces, audit

    async def run(self) -> None:
        """Look again and again."""
        while True:
            await asyncio.sleep(LOOK_EVERY_S)
            for path in sorted(self._folder.glob(f"*{ASKED}")) if self._folder.is_dir() else []:
                try:
                    asked = msgspec.json.decode(path.read_bytes(), type=Asked)
                    path.unlink()
                    answer = await self._answer(asked)
                    _write(path.with_name(path.name.replace(ASKED, ANSWERED)), answer)
                except (OSError, msgspec.MsgspecError) as error:
                    path.unlink(missing_ok=True)
                    _log.warning("%s was not understood: %s", path.name, error)

    async def _answer(self, asked: Asked) -> Answered:
        name = ProvinceId(asked.province)
        try:
            if name not in self._provinces:
                raise ProvinceNotFound(id=asked.province[:120])
            if self._audit is not None:
                await self._audit.record(
                    actor="command line", what="region_reload", subject=name, purpose="administration"
                )
            return Answered(done=reload_view(await self._reloader.reload(name)))
        except Rejected as refused:
            said = refused.details
            fa, en = (said.get(f"message_{lang}") or title(refused.code, lang) for lang in ("fa", "en"))
            return Answered(code=str(said.get("reason", refused.code)), fa=fa, en=en)
        except Unavailable as error:
            return Answered(code=error.code, fa=title(error.code, "fa"), en=title(error.code, "en"))
        except Exception:
            _log.exception("a reload failed; the old map stays")
            return Answered(
                code="region.reload_failed", fa="جابه‌جایی نقشه شکست خورد.", en="The reload failed; see the log."
            )


def ask_for_reload(data: Path, province: str, *, wait_s: float) -> Answered | None:
    """Ask the server of a data folder to exchange a map and return its answer; None when nobody answered in time."""
    folder = data / FOLDER
    folder.mkdir(parents=True, exist_ok=True)
    name = secrets.token_hex(8)
    asked, answered = folder / f"{name}{ASKED}", folder / f"{name}{ANSWERED}"
    _write(asked, Asked(province))
    deadline = time.monotonic() + wait_s
    try:
        while time.monotonic() < deadline:
            if answered.exists():
                return msgspec.json.decode(answered.read_bytes(), type=Answered)
            time.sleep(0.1)
        return None
    finally:
        for path in (asked, answered):
            path.unlink(missing_ok=True)


def _write(path: Path, said: Asked | Answered) -> None:
    beside = path.with_name(f".{path.name}.new")
    beside.write_bytes(msgspec.json.encode(said))
    beside.replace(path)
