"""The budgets of the faces that do not depend on the machine: what is loaded, what the page holds, what hours leave behind."""

import gzip
import os
import re
import sys
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, expect

from tests.browser.conftest import PROVINCE, ROOT, Site, go_home
from tests.browser.test_free_soon import Desk

pytestmark = pytest.mark.browser
WEBGL = True
WEB = ROOT / "src/nazdik/web"
KB = 1024
PLACE = [51.4089, 35.7156]
# As many changes as an hour brings at ten times Khuzestan's calls.
CHANGES_PER_S, SECONDS = 120.0, 180
GROWTH_MB = 3.0


def packed(path: Path) -> int:
    return len(gzip.compress(path.read_bytes(), 6))


@pytest.mark.parametrize(("face", "most_kb"), [("console", 220), ("field", 120), ("sos", 100), ("board", 220)])
def test_a_face_loads_no_more_than_it_may(face: str, most_kb: int) -> None:
    page = (WEB / f"{face}.html").read_text(encoding="utf-8")
    scripts = set(re.findall(r'(?:src|href)="(/[^"]+\.js)"', page))
    assert scripts
    assert sum(packed(WEB / script[1:]) for script in scripts) <= most_kb * KB


def test_the_map_and_the_font_are_as_small_as_promised() -> None:
    maps = [*WEB.glob("assets/MapCanvas-*.js"), *WEB.glob("assets/maplibre-gl-worker-*.js")]
    assert len(maps) == 2
    assert sum(map(packed, maps)) <= 450 * KB
    (pictures,) = WEB.glob("assets/PictureMap-*.js")
    assert packed(pictures) <= 20 * KB, "the map of pictures carries no map library"
    assert (WEB / "fonts/Vazirmatn.woff2").stat().st_size <= 75 * KB


def test_a_desk_keeps_its_files_compiled_and_neither_its_page_nor_an_answer(site: Site, browser: Browser) -> None:
    context = browser.new_context(locale="fa-IR")
    try:
        page = context.new_page()
        assert page.request.post(f"{site}/v1/sessions", data={"seat": f"dispatcher:{PROVINCE}"}).status == 201
        page.goto(f"{site}/console")
        # As the desk does when it has come to rest.
        page.evaluate(
            "navigator.serviceWorker.register('/desk-sw.js', {scope: '/console'})"
            ".then(() => navigator.serviceWorker.ready).then(() => null)"
        )
        served: dict[str, bool] = {}
        asked: list[str] = []
        page.on("request", lambda r: asked.append(r.url.removeprefix(site)))
        page.on("response", lambda r: served.__setitem__(r.url.removeprefix(site), r.from_service_worker))
        page.reload()
        expect(page.locator(".status-bar")).to_contain_text("برخط", timeout=20_000)
        html = (WEB / "console.html").read_text(encoding="utf-8")
        scripts = set(re.findall(r'(?:src|href)="(/assets/[^"]+\.js)"', html))
        assert scripts and all(served[script] for script in scripts)
        assert any(script.startswith("/assets/first-") for script in scripts), (
            "what runs first waits for no server either"
        )
        assert [path for path, kept in served.items() if kept and not path.startswith("/assets/")] == []
        expect(page.locator("[data-panel=working] [role=grid]")).to_be_visible(timeout=15_000)
        assert [asked.count(f"/v1/{each}") for each in ("server", "session", "offices", "kinds")] == [1, 1, 1, 1]
        # What it does not know, such as a file of a newer version, comes from the server.
        (other,) = {p.name for p in WEB.glob("assets/admin-*.js")}
        assert page.evaluate("path => fetch(path).then((answer) => answer.status)", f"/assets/{other}") == 200
        assert served[f"/assets/{other}"] is False
    finally:
        context.close()


def test_hours_of_changes_leave_nothing_behind(site: Site, browser: Browser, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "path", [*sys.path, os.fspath(ROOT / "benchmarks")])
    import eight_hours

    desk = Desk(site)
    for unit in desk.http.get("/v1/units").json()["units"][:20]:
        desk.act(f"/v1/units/{unit['id']}/duty", {"on": True})
    desk.act("/v1/incidents", {"kind": "noise", "point": PLACE, "priority": 4, "place": "میدان ولیعصر"})
    context = browser.new_context(viewport={"width": 1600, "height": 900}, locale="fa-IR")
    try:
        page = context.new_page()
        page.clock.install()
        page.add_init_script(f"({eight_hours.FEED})()")
        assert page.request.post(f"{site}/v1/sessions", data={"seat": f"dispatcher:{PROVINCE}"}).status == 201
        page.goto(f"{site}/console")
        expect(page.locator(".status-bar")).to_contain_text("برخط", timeout=20_000)
        expect(page.locator(".q-row", has_text="سروصدا").first).to_be_visible(timeout=20_000)
        tools = context.new_cdp_session(page)
        eight_hours.feed_from_now(page, CHANGES_PER_S, PLACE)
        eight_hours.live_through(page, SECONDS // 3)
        before = eight_hours.held(page, tools)
        eight_hours.live_through(page, SECONDS)
        after: dict[str, Any] = eight_hours.held(page, tools)
        assert after["changes"] - before["changes"] > CHANGES_PER_S * SECONDS * 0.9, "the feed spoke"
        expect(page.locator(".status-bar")).to_contain_text("برخط")
        expect(page.locator(".q-row").first).to_contain_text("place 9")  # What the feed says is shown.
        assert after["nodes"] <= eight_hours.BAR_NODES, after
        assert after["heap_mb"] - before["heap_mb"] <= GROWTH_MB, (before, after)
        # What the keys opened holds some tens, and the page has as many nodes more; one left behind by each incident of the feed
        # would be a thousand, by each change twenty thousand.
        assert after["listeners"] - before["listeners"] <= 60, (before, after)
    finally:
        context.close()
        go_home(site)
