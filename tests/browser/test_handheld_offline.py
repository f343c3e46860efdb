"""The handheld with the server gone: it opens, it takes what the crew does, and it sends all of it once when the server is back."""

import re
import socket
import threading
import time
import uuid
from contextlib import suppress
from io import BytesIO
from pathlib import Path

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
    page = context.new_page()
    try:
        begun = at_work(page, line.address)
        kept_for_offline(page)
        carry_the_map(page)
        # What is on the screen is kept a moment later.
        page.wait_for_timeout(1_500)
        line.cut()
        page.reload()
        expect(page.get_by_role("button", name="پایان مأموریت")).to_be_visible(timeout=15_000)
        assert page.evaluate(PART_OF_THE_MAP, f"/maps/{PROVINCE}.pmtiles") == [206, "PMTiles"]
        throw_a_picture_away(page)
        ask_for_backup(page)
        page.get_by_role("button", name="پایان مأموریت").click()
        page.get_by_role("button", name="یکی بیشتر: افراد").click()
        page.get_by_role("button", name="گزارش گرفته شد").click()
        expect(page.locator(".tray")).to_contain_text("در صف: ۲")
        line.mend()
        expect(page.locator(".tray")).to_contain_text("همه فرستاده شد", timeout=30_000)
        names = facts_of(site, str(begun["incident_id"]))
        for name in ("backup_requested", "unit_cleared", "report_filed"):
            assert names.count(f"dispatch.{name}.v1") == 1, names
        assert "dispatch.photo_added.v1" not in names, "what was thrown away on the device never left it"
    finally:
        context.close()
        line.cut()
        go_home(site)


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


def at_work(page: Page, address: str) -> dict[str, object]:
    """Sit down at a car, take up duty, and begin an event of one's own."""
    assert page.request.post(f"{address}/v1/sessions", data={"seat": f"officer:{UNIT}"}).status == 201
    page.goto(f"{address}/field")
    page.get_by_role("button", name="آمادهٔ خدمت").click()
    page.get_by_role("button", name="شروع").click()
    expect(page.locator(".home-sign")).to_have_text("A07", timeout=30_000)
    on_duty(page, address)
    begun = command(page, f"{address}/v1/units/{UNIT}/own-event", {"kind": "suspicious", "point": HERE})
    expect(page.get_by_role("button", name="پایان مأموریت")).to_be_visible()
    return begun


def carry_the_map(page: Page) -> None:
    page.get_by_role("button", name="بیشتر").click()
    page.get_by_role("button", name="وضعیت و تنظیمات").click()
    page.get_by_role("button", name=re.compile("گرفتن .* مگابایت")).click()
    expect(page.get_by_role("button", name="حذف نقشه")).to_be_visible(timeout=15_000)
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
    page.get_by_role("button", name="عادی — نگه دارید").hover()
    page.mouse.down()
    page.wait_for_timeout(1_000)
    page.mouse.up()


def facts_of(site: Site, incident: str) -> list[str]:
    with httpx.Client(base_url=site, timeout=10) as desk:
        token = desk.post("/v1/sessions", json={"seat": f"dispatcher:{PROVINCE}"}).json()["token"]
        timeline = desk.get(f"/v1/incidents/{incident}/timeline", headers={"Authorization": f"Bearer {token}"}).json()
        return [entry["name"] for entry in timeline["entries"]]
