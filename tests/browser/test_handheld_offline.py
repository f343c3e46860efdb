"""The handheld with the server gone: it opens, it takes what the crew does, and it sends all of it once when the server is back."""

import re
import socket
import threading
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import datetime
from io import BytesIO
from pathlib import Path
from typing import Any

import httpx
import pytest
from PIL import Image
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import ARGS, CHROMIUM, PROVINCE, Site, go_home

pytestmark = pytest.mark.browser
UNIT = f"{PROVINCE}.u.A07"
# The beginning of the file, as the map asks for it; its version is in the page's own list of what is kept.
PART_OF_THE_MAP = """async (path) => {
  const kept = await (await caches.match("/kept-map")).json();
  if (!kept.address.startsWith(path)) return kept.address;
  const answer = await fetch(kept.address, {headers: {Range: "bytes=0-6"}});
  return [answer.status, await answer.text()];
}"""
HERE = [51.4089, 35.7156]
# Everything that lies in this browser for the handheld, as whoever copies its storage would read it.
ALL_THAT_IS_KEPT = """async () => {
  const text = (value) => value instanceof ArrayBuffer || ArrayBuffer.isView(value)
    ? new TextDecoder().decode(value)
    : value instanceof CryptoKey ? `key ${value.extractable}`
    : value && typeof value === "object" ? Object.entries(value).map(([k, v]) => `${k}=${text(v)}`).join(" ") : String(value);
  const kept = {open: [localStorage, sessionStorage].map(text).join(" ")};
  for (const name of ["nazdik-field", "nazdik-field-keys"]) {
    const db = await new Promise((done) => { const o = indexedDB.open(name); o.onsuccess = () => done(o.result) });
    for (const store of db.objectStoreNames) {
      const from = db.transaction(store).objectStore(store);
      const rows = await new Promise((done) => { const all = from.getAll(); all.onsuccess = () => done(all.result) });
      const names = await new Promise((done) => { const all = from.getAllKeys(); all.onsuccess = () => done(all.result) });
      kept[store] = names.map((key, n) => `${key}: ${text(rows[n])}`);
    }
    db.close();
  }
  return kept;
}"""
# A device whose clock somebody sets, by so many milliseconds.
CLOCK = """const real = Date.now.bind(Date); Date.now = () => real() + Number(localStorage.getItem("set") ?? 0)"""
# A screen that can be kept on, as a browser without a window has none.
SCREEN = """window.lit = 0; Object.defineProperty(navigator, "wakeLock", { value: { request: async () => {
  const lock = { released: false, release: async () => { lock.released = true; window.lit -= 1 } };
  window.lit += 1;
  return lock;
} } })"""
# A loudspeaker that stays closed while that is asked for: whether a browser opens one without a touch is its own affair.
LOUDSPEAKER = """if (localStorage.getItem("closed")) {
  AudioContext.prototype.resume = () => new Promise(() => undefined);
  Object.defineProperty(AudioContext.prototype, "state", { get: () => "suspended" });
}"""


class Line:
    """The line between a handheld and the server. Cut, nobody answers at the address, as when the server is gone."""

    def __init__(self, site: Site) -> None:
        self._to = int(site.rpartition(":")[2])
        self._port = 0
        self._ends: list[socket.socket] = []
        self.mend()
        self.address = f"http://127.0.0.1:{self._port}"

    def mend(self) -> None:
        self._door = socket.socket()
        self._door.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        self._door.bind(("127.0.0.1", self._port))
        self._port = self._door.getsockname()[1]
        self._door.listen(64)
        threading.Thread(target=self._answer, args=(self._door,), daemon=True).start()

    def cut(self) -> None:
        for end in (self._door, *self._ends):
            with suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)
            end.close()
        self._ends.clear()

    def _answer(self, door: socket.socket) -> None:
        while True:
            try:
                near, _ = door.accept()
                far = socket.create_connection(("127.0.0.1", self._to))
            except OSError:
                return
            self._ends += [near, far]
            for one, other in ((near, far), (far, near)):
                threading.Thread(target=self._carry, args=(one, other), daemon=True).start()

    def _carry(self, one: socket.socket, other: socket.socket) -> None:
        with suppress(OSError):
            while data := one.recv(65_536):
                other.sendall(data)
        with suppress(OSError):
            other.shutdown(socket.SHUT_RDWR)


def command(page: Page, path: str, body: dict[str, object]) -> dict[str, object]:
    answer = page.request.post(path, data=body, headers={"Idempotency-Key": str(uuid.uuid4())})
    assert answer.ok, answer.text()
    said: dict[str, object] = answer.json()
    return said


def on_duty(page: Page, address: str) -> None:
    """Wait until the server has it that the unit is on duty; the page shows so at the touch."""
    deadline = time.monotonic() + 15
    while not any(u["on_duty"] for u in page.request.get(f"{address}/v1/units").json()["units"]):
        assert time.monotonic() < deadline
        time.sleep(0.1)


def kept_for_offline(page: Page) -> None:
    """Wait until the worker that opens the page without a server has taken it over."""
    deadline = time.monotonic() + 15
    while not page.evaluate("navigator.serviceWorker.controller !== null"):
        assert time.monotonic() < deadline
        time.sleep(0.1)


def test_without_a_server_the_page_opens_and_what_was_done_arrives_once(site: Site, browser: Browser) -> None:
    line = Line(site)
    context = browser.new_context(viewport={"width": 360, "height": 740}, locale="fa-IR")
    context.grant_permissions(["geolocation"], origin=line.address)
    context.set_geolocation({"longitude": HERE[0], "latitude": HERE[1], "accuracy": 5})
    context.add_init_script(CLOCK)
    page = context.new_page()
    try:
        begun = at_work(page, line.address)
        kept_for_offline(page)
        carry_the_map(page)
        # What is on the screen is kept a moment later.
        page.wait_for_timeout(1_500)
        line.cut()
        # Three hours slow, and set five hours fast before anything could be sent.
        page.evaluate("localStorage.setItem('set', -3 * 3_600_000)")
        page.reload()
        expect(page.get_by_role("button", name="پایان مأموریت")).to_be_visible(timeout=20_000)
        assert page.evaluate(PART_OF_THE_MAP, f"/maps/{PROVINCE}.pmtiles") == [206, "PMTiles"]
        throw_a_picture_away(page)
        ask_for_backup(page)
        page.get_by_role("button", name="پایان مأموریت").click()
        page.get_by_role("button", name="یکی بیشتر: افراد").click()
        page.get_by_role("button", name="گزارش گرفته شد").click()
        done_at = time.time()
        expect(page.locator(".tray")).to_contain_text("در صف: ۲")
        assert_sealed(page, str(begun["incident_id"]))
        page.evaluate("localStorage.setItem('set', 5 * 3_600_000)")
        line.mend()
        expect(page.locator(".tray")).to_contain_text("همه فرستاده شد", timeout=30_000)
        page.evaluate("localStorage.removeItem('set')")
        timeline = timeline_of(site, str(begun["incident_id"]))
        (said_at,) = (each["device_at"] for each in timeline if each["name"] == "dispatch.unit_cleared.v1")
        assert abs(datetime.fromisoformat(said_at).timestamp() - done_at) < 3, said_at
        names = [each["name"] for each in timeline]
        for name in ("backup_requested", "unit_cleared", "report_filed"):
            assert names.count(f"dispatch.{name}.v1") == 1, names
        assert "dispatch.photo_added.v1" not in names, "what was thrown away on the device never left it"
        # What a touch had to open was opened at work: nobody is asked again.
        expect(page.locator(".home-body")).to_be_visible()
        finish_by_mistake(page, site, line.address)
        forgets_after_duty(page, line.address)
        forgets_with_its_session(page, line.address)
    finally:
        context.close()
        line.cut()
        go_home(site)


def test_loaded_again_it_goes_on_by_itself_and_one_touch_opens_the_rest(site: Site, browser: Browser) -> None:
    context = browser.new_context(viewport={"width": 360, "height": 740}, locale="fa-IR", has_touch=True)
    context.grant_permissions(["geolocation"], origin=site)
    context.set_geolocation({"longitude": HERE[0], "latitude": HERE[1], "accuracy": 5})
    for script in (SCREEN, LOUDSPEAKER):
        context.add_init_script(script)
    page = context.new_page()
    try:
        on_duty_at(page, site)
        hold(page, "کمک فوری")
        expect(page.locator(".emergency")).to_be_visible()
        page.evaluate("localStorage.setItem('closed', 1)")
        with page.expect_request("**/v1/positions"):
            page.reload()
        # The gate, and above it what is on and how it ends.
        expect(page.locator(".gate .emergency")).to_contain_text("کمک فوری روشن است")
        assert page.evaluate("window.lit") == 1
        hold(page, "پایان — نگه دارید")
        expect(page.locator(".emergency")).to_have_count(0)
        page.evaluate("localStorage.removeItem('closed')")
        go_home(site)
        # Off duty the screen may go dark, and nobody is followed.
        expect(page.locator(".gate-why")).to_contain_text("با یک لمس")
        assert page.evaluate("window.lit") == 0
        on_duty_at(page, site)
        # Another screen comes up under the thumb of somebody who calls for help: they are heard all the same.
        page.get_by_role("button", name="کمک فوری").hover()
        page.mouse.down()
        command(page, f"{site}/v1/units/{UNIT}/own-event", {"kind": "suspicious", "point": HERE})
        expect(page.get_by_role("button", name="پایان مأموریت")).to_be_visible()
        expect(page.locator(".emergency")).to_be_visible()
        page.mouse.up()
        hold(page, "پایان — نگه دارید")
        with at_a_desk(site) as desk:
            key = {"Idempotency-Key": str(uuid.uuid4())}
            assert desk.post(f"/v1/units/{UNIT}/messages", json={"text": "10-20"}, headers=key).is_success
        one_touch_opens_all(page)
    finally:
        context.close()
        go_home(site)


def one_touch_opens_all(page: Page) -> None:
    """Opened in a new tab in the middle of a mission it says what one touch opens; any does, and does what it was for as well."""
    page.context.clear_permissions()
    tab = page.context.new_page()
    # What the driver of the browser evaluates counts as a touch; this does not.
    line = page.context.new_cdp_session(tab)

    def seen(look: str) -> Any:
        return line.send("Runtime.evaluate", {"expression": look, "returnByValue": True})["result"].get("value")

    def strips() -> str:
        return str(seen("[...document.querySelectorAll('.hand .strip, .talk-strip')].map((s) => s.innerText).join()"))

    def wait(until: Callable[[], bool]) -> None:
        deadline = time.monotonic() + 20
        while not until():
            assert time.monotonic() < deadline, strips()
            time.sleep(0.1)

    line.send("Page.navigate", {"url": page.url})
    wait(lambda: "زنگ و موقعیت بسته است" in strips() and "10-20" in strips())
    # At its lower edge, which has moved away once what stands above it is gone.
    box = seen(
        "(({ x, bottom }) => ({ x: x + 20, y: bottom - 8 }))(document.querySelector('.talk-strip button').getBoundingClientRect())"
    )
    line.send("Input.dispatchTouchEvent", {"type": "touchStart", "touchPoints": [box]})
    time.sleep(0.15)
    line.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})
    wait(lambda: strips() == "")
    # A pull down, which a browser would take for loading anew, ends here.
    for what in ("documentElement", "body"):
        assert tab.evaluate(f"getComputedStyle(document.{what}).overscrollBehaviorY") == "none"
    tab.close()


def test_a_browser_finds_nothing_that_keeps_the_handheld_from_being_installed(
    site: Site, browser: Browser, tmp_path: Path
) -> None:
    # A profile that is kept: in a private window nothing can be installed.
    context = browser.browser_type.launch_persistent_context(tmp_path, executable_path=CHROMIUM, args=ARGS)
    try:
        page = context.pages[0]
        page.goto(f"{site}/field")
        asked = context.new_cdp_session(page)
        assert asked.send("Page.getInstallabilityErrors")["installabilityErrors"] == []
        told = asked.send("Page.getAppManifest")
        assert told["errors"] == [] and told["manifest"]["name"] == "نزدیک — دستگاه همراه"
        assert {icon["sizes"] for icon in told["manifest"]["icons"]} >= {"192x192", "512x512"}
        for icon in told["manifest"]["icons"]:
            assert page.request.get(icon["url"]).ok, icon
    finally:
        context.close()


def assert_sealed(page: Page, incident: str) -> None:
    """Nobody reads out of the storage what was seen or done; that something waits, and for which unit, may be known."""
    kept = page.evaluate(ALL_THAT_IS_KEPT)
    assert len(kept["entries"]) == 2 and all("sealed=iv=" in row and UNIT in row for row in kept["entries"]), kept
    assert any(row.startswith(f"work {UNIT}: iv=") for row in kept["seen"]), kept
    assert sorted(kept["nazdik-field-keys"]) == ["seen: key false", "unsent: key false"]
    everything = " ".join([kept["open"], *kept["entries"], *kept["seen"], *kept["fixes"]])
    for word in (incident, "/v1/assignments", "settled", "report_taken", "narrative", "suspicious"):
        assert word not in everything, f"{word} lies on the handheld in the open"


def forgets_after_duty(page: Page, address: str) -> None:
    """Off duty nothing of the shift is left on the handheld but who holds it."""
    command(page, f"{address}/v1/units/{UNIT}/duty", {"on": False})
    deadline = time.monotonic() + 20
    while True:
        kept = page.evaluate(ALL_THAT_IS_KEPT)
        if all(row.startswith("note who ") for row in kept["seen"]) and kept["entries"] == []:
            return
        assert time.monotonic() < deadline, kept
        time.sleep(0.1)


def forgets_with_its_session(page: Page, address: str) -> None:
    """Ended from elsewhere, the page says so and shows nothing else, and nothing is left, nor the key to read it with."""
    assert page.request.delete(f"{address}/v1/session", headers={"origin": address}).status == 204
    expect(page.get_by_role("heading", name="نشست")).to_be_visible(timeout=20_000)
    expect(page.locator("body")).not_to_contain_text("A07")
    deadline = time.monotonic() + 20
    while (kept := page.evaluate(ALL_THAT_IS_KEPT))["seen"] or "seen: key false" in kept["nazdik-field-keys"]:
        assert time.monotonic() < deadline, kept
        time.sleep(0.1)


def on_duty_at(page: Page, address: str) -> None:
    """Sit down at a car and take up duty."""
    assert page.request.post(f"{address}/v1/sessions", data={"seat": f"officer:{UNIT}"}).status == 201
    page.goto(f"{address}/field")
    page.get_by_role("button", name="آمادهٔ خدمت").click()
    page.get_by_role("button", name="شروع").click()
    expect(page.locator(".home-sign")).to_have_text("A07", timeout=30_000)
    on_duty(page, address)


def at_work(page: Page, address: str) -> dict[str, object]:
    """Sit down at a car, take up duty, and begin an event of one's own."""
    on_duty_at(page, address)
    begun = command(page, f"{address}/v1/units/{UNIT}/own-event", {"kind": "suspicious", "point": HERE})
    expect(page.get_by_role("button", name="پایان مأموریت")).to_be_visible()
    return begun


def finish_by_mistake(page: Page, site: Site, address: str) -> None:
    """End an event, take that back when it has been sent and the page was opened anew, and be at work again."""
    page.wait_for_timeout(1_000)  # What was seen last is kept a moment later.
    begun = command(page, f"{address}/v1/units/{UNIT}/own-event", {"kind": "suspicious", "point": HERE})
    page.get_by_role("button", name="پایان مأموریت", exact=True).click()
    page.get_by_role("button", name="گزارش گرفته شد").click()
    # The ten seconds go on while the page is opened anew.
    expect(page.get_by_role("button", name="پس گرفتن: پایان مأموریت")).to_be_visible()
    page.reload()
    page.get_by_role("button", name="پس گرفتن: پایان مأموریت").click()
    expect(page.get_by_role("button", name="پایان مأموریت", exact=True)).to_be_visible(timeout=30_000)
    expect(page.locator(".tray")).to_contain_text("همه فرستاده شد", timeout=30_000)
    names = facts_of(site, str(begun["incident_id"]))
    assert names.count("dispatch.unit_cleared.v1") == names.count("dispatch.step_taken_back.v1"), names
    # Without a link nobody is told to be ready: an assignment would not reach them.
    page.wait_for_timeout(600)  # The button is inert for a moment after its meaning changed under the thumb.
    page.get_by_role("button", name="پایان مأموریت", exact=True).click()
    page.get_by_role("button", name="گزارش گرفته شد").click()
    expect(page.locator(".home-body h1")).to_have_text("آمادهٔ مأموریت", timeout=30_000)
    page.context.set_offline(True)
    expect(page.locator(".home-body h1")).to_have_text("بی‌ارتباط با مرکز", timeout=30_000)
    page.context.set_offline(False)
    expect(page.locator(".home-body h1")).to_have_text("آمادهٔ مأموریت", timeout=30_000)


def carry_the_map(page: Page) -> None:
    page.get_by_role("button", name="بیشتر").click()
    page.get_by_role("button", name="وضعیت و تنظیمات").click()
    page.get_by_role("button", name=re.compile("گرفتن .* مگابایت")).click()
    expect(page.get_by_role("button", name="حذف نقشه")).to_be_visible(timeout=20_000)
    page.get_by_role("button", name="بازگشت").click()


def throw_a_picture_away(page: Page) -> None:
    out = BytesIO()
    Image.new("RGB", (640, 480), (10, 90, 40)).save(out, "JPEG")
    page.locator(".photo-tile input").set_input_files(
        {"name": "scene.jpg", "mimeType": "image/jpeg", "buffer": out.getvalue()}
    )
    page.get_by_role("button", name="دیدن یا حذف").click()
    expect(page.locator(".photo-list img")).to_have_count(1)
    page.get_by_role("button", name="حذف").click()
    expect(page.locator(".sheet")).to_contain_text("عکسی از این واحد نیست")
    page.get_by_role("button", name="بازگشت").click()


def ask_for_backup(page: Page) -> None:
    page.get_by_role("button", name="نیروی کمکی").click()
    hold(page, "عادی — نگه دارید", 1_000)


def hold(page: Page, name: str, ms: int = 1_700) -> None:
    page.get_by_role("button", name=name).hover()
    page.mouse.down()
    page.wait_for_timeout(ms)
    page.mouse.up()


def facts_of(site: Site, incident: str) -> list[str]:
    return [entry["name"] for entry in timeline_of(site, incident)]


def timeline_of(site: Site, incident: str) -> list[dict[str, Any]]:
    with at_a_desk(site) as desk:
        entries: list[dict[str, Any]] = desk.get(f"/v1/incidents/{incident}/timeline").json()["entries"]
        return entries


@contextmanager
def at_a_desk(site: Site) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=site, timeout=60) as desk:
        token = desk.post("/v1/sessions", json={"seat": f"dispatcher:{PROVINCE}"}).json()["token"]
        desk.headers["Authorization"] = f"Bearer {token}"
        yield desk
