"""Every page in both languages: it keeps the content security policy, says no error, and asks nothing of another host."""

import json
import re
import socketserver
import threading
import time
import uuid
from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Error, Page, expect

from tests.browser.conftest import PROVINCE, Site, go_home
from tests.browser.test_sos import HERE
from tests.browser.test_whole_loop import BOARDS, OFFER_WITHIN_MS, offices_of, open_incident, seats

pytestmark = pytest.mark.browser
WEBGL = True
LANGUAGES = pytest.mark.parametrize("lang", ["fa", "en"])
NAMES = ["", "console", "field", "board", "admin", "sos", "raw"]
# UX.md §12; forms may be sent to this server alone.
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self' 'nonce-…'; worker-src 'self'; img-src 'self' data: blob:; "
    "font-src 'self'; connect-src 'self'; manifest-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
)
WORKER_POLICY = "default-src 'none'; script-src 'self'; connect-src 'self'; base-uri 'none'; frame-ancestors 'none'"
# The browser's own, with which no page has to do: it asks its maker what the fields of a form are for.
BROWSERS_OWN = ("content-autofill.googleapis.com",)
# Nobody has sat down yet: the first page asks who is here, and a browser calls any such answer an error.
NOBODY_YET = re.compile(r"/v1/session: Failed to load resource: .* 401 ")
LISTEN = """
addEventListener("securitypolicyviolation", (e) =>
  console.error(`against the policy: ${e.effectiveDirective} ${e.blockedURI} ${e.sourceFile}:${e.lineNumber}`));
"""


class Elsewhere(socketserver.ThreadingTCPServer):
    """Stands where the rest of the world would be, as a proxy, and keeps what is asked of it; workers' requests come here too."""

    daemon_threads = True

    def __init__(self) -> None:
        self.asked: list[str] = []
        super().__init__(("127.0.0.1", 0), Ask)


class Ask(socketserver.StreamRequestHandler):
    def handle(self) -> None:
        line = self.rfile.readline(2048).decode(errors="replace").strip()
        assert isinstance(self.server, Elsewhere)
        if line and not any(name in line for name in BROWSERS_OWN):
            self.server.asked.append(line)
        self.wfile.write(b"HTTP/1.1 502 Bad Gateway\r\nContent-Length: 0\r\n\r\n")


class Watch:
    """Opens pages and keeps what they say and ask for that they should not."""

    def __init__(self, site: Site, browser: Browser, elsewhere: Elsewhere) -> None:
        self.site, self.browser, self.elsewhere = site, browser, elsewhere
        self.contexts: list[BrowserContext] = []
        self.said: list[str] = []

    @property
    def faults(self) -> list[str]:
        return [*self.said, *(f"asked elsewhere: {line}" for line in self.elsewhere.asked)]

    def open(
        self, seat: str | None, path: str, lang: str, *, wide: bool = True, at: tuple[float, float] | None = None
    ) -> Page:
        """Sit down at a seat, if any, and open a page: in Persian by day, in English by night."""
        theme = "day" if lang == "fa" else "night"
        context = self.browser.new_context(
            viewport={"width": 1600, "height": 900} if wide else {"width": 412, "height": 915},
            locale="fa-IR" if lang == "fa" else "en-GB",
            color_scheme="light" if lang == "fa" else "dark",
            has_touch=not wide,
            proxy={"server": f"http://127.0.0.1:{self.elsewhere.server_address[1]}", "bypass": "127.0.0.1"},
        )
        self.contexts.append(context)
        if at is not None:
            context.grant_permissions(["geolocation"], origin=self.site)
            context.set_geolocation({"longitude": at[0], "latitude": at[1], "accuracy": 5})
        kept = json.dumps({"state": {"lang": lang, "theme": theme}, "version": 0})
        context.add_init_script(f"{LISTEN} try {{ localStorage.setItem('nazdik.prefs', {kept!r}) }} catch {{}}")
        context.on("console", self._hear)
        context.on("weberror", lambda error: self.said.append(f"thrown: {error.error}"))
        page = context.new_page()
        if seat is not None:
            assert page.request.post(f"{self.site}/v1/sessions", data={"seat": seat}).status == 201
        page.goto(f"{self.site}/{path}")
        expect(page.locator("html")).to_have_attribute("lang", lang)
        return page

    def _hear(self, message: ConsoleMessage) -> None:
        line = f"{message.location.get('url')}: {message.text}"
        bad = message.type == "error" or re.search("Content Security Policy|Refused to", message.text)
        if bad and not NOBODY_YET.search(line):
            self.said.append(line)


@pytest.fixture
def watch(site: Site, browser: Browser) -> Iterator[Watch]:
    """Watch all that is opened; at the end nothing may have been seen."""
    with Elsewhere() as elsewhere:
        threading.Thread(target=elsewhere.serve_forever, daemon=True).start()
        watching = Watch(site, browser, elsewhere)
        yield watching
        for context in watching.contexts:
            context.close()
        elsewhere.shutdown()
    go_home(site)
    assert watching.faults == [], "\n".join(watching.faults)


def press(page: Page, *keys: str) -> None:
    for key in keys:
        page.keyboard.press(key)
        page.wait_for_timeout(250)


def shows(page: Page, selector: str, within_ms: float = 15_000) -> None:
    expect(page.locator(selector).first).to_be_visible(timeout=within_ms)


def post(page: Page, site: str, path: str, body: dict[str, Any]) -> dict[str, Any]:
    answer = page.request.post(site + path, data=body, headers={"Idempotency-Key": str(uuid.uuid4())})
    assert answer.ok, answer.text()
    said: dict[str, Any] = answer.json()
    return said


@pytest.mark.parametrize("name", NAMES)
def test_the_policy_is_that_of_the_guide_and_its_nonce_is_used_once(site: Site, name: str) -> None:
    nonces = set()
    for _ in range(2):
        answer = httpx.get(f"{site}/{name}", timeout=60)
        policy = answer.headers["content-security-policy"]
        nonce = re.search(r"'nonce-([\w-]{20,})'", policy)
        # A desk and a crew play what was spoken at a scene; nothing else plays.
        plays = "media-src blob:; " if name in {"console", "field"} else ""
        assert nonce and policy.replace(nonce[1], "…").replace(plays, "", 1) == POLICY
        assert ("media-src" in policy) is bool(plays)
        assert f'nonce="{nonce[1]}"' in answer.text and "{{nonce}}" not in answer.text
        nonces.add(nonce[1])
    assert len(nonces) == 2


def test_answers_that_are_no_pages_may_load_nothing_and_workers_only_from_here(site: Site) -> None:
    policy = httpx.get(f"{site}/v1/server", timeout=60).headers["content-security-policy"]
    assert policy == "default-src 'none'; frame-ancestors 'none'; base-uri 'none'"
    for worker in ("field-sw.js", "desk-sw.js"):
        assert httpx.get(f"{site}/{worker}", timeout=60).headers["content-security-policy"] == WORKER_POLICY


def test_the_watch_sees_what_it_should(watch: Watch) -> None:
    page = watch.open(None, "", "fa")
    shows(page, "h1")
    assert watch.faults == []
    page.evaluate("document.body.append(Object.assign(document.createElement('script'), {textContent: 'var a = 1'}))")
    page.evaluate("fetch('http://elsewhere.invalid/').catch(() => {})")
    page.evaluate("setTimeout(() => { throw new Error('a fault of a page') })")
    page.wait_for_timeout(500)
    for what in ("against the policy: script-src", "against the policy: connect-src", "thrown: "):
        assert any(what in said for said in watch.said), (what, watch.said)
    assert watch.elsewhere.asked == [], "the policy stopped it"
    with pytest.raises(Error):
        page.goto("http://elsewhere.invalid/asked")
    assert any("elsewhere.invalid/asked" in line for line in watch.elsewhere.asked)
    # A browser says late that a page could not be had; a page that is closed says nothing more.
    page.context.close()
    watch.said.clear()
    watch.elsewhere.asked.clear()


@LANGUAGES
def test_the_first_page(watch: Watch, lang: str) -> None:
    page = watch.open(None, "", lang)
    shows(page, ".seat-button")
    page.locator(".welcome-tools .btn").last.click()
    press(page, "F1")
    shows(page, ".help")
    press(page, "Escape")
    page.locator(".welcome-tools .btn").nth(1).click()
    expect(page.locator("html")).to_have_attribute("lang", "en" if lang == "fa" else "fa")
    page.locator(".seat-button").first.click()
    page.wait_for_load_state("networkidle")


@LANGUAGES
def test_the_administration(watch: Watch, lang: str) -> None:
    page = watch.open(f"administrator:{PROVINCE}", "admin", lang)
    shows(page, ".admin-nav a")
    for link in page.locator(".admin-nav a").all():
        link.click()
        expect(link).to_have_attribute("aria-current", "page")
        shows(page, ".admin-main :is(h2, h3, label)", 30_000)
        expect(page.locator(".admin-main .skeleton")).to_have_count(0, timeout=30_000)


@LANGUAGES
def test_the_console(site: Site, watch: Watch, lang: str) -> None:
    place = next(o["seat"] for o in offices_of(site) if o["tier"] == "station" and o["province"] == PROVINCE)
    console = watch.open(f"dispatcher:{PROVINCE}", "console", lang)
    shows(console, ".map-base[data-view]", 30_000)
    for priority in (1, 2):
        open_incident(site, console, [place[0] + 0.001 * priority, place[1]], priority=priority)
    made = post(console, site, "/v1/calls", {"channel": "telephone", "number": "0617"})["call_id"]
    shows(console, ".ringing-call")
    press(console, "F1")
    shows(console, ".key-table")
    press(console, "Escape", "KeyJ", "Enter", "KeyC")
    shows(console, ".cordon")
    press(console, "Escape", "KeyG")
    shows(console, ".callers")
    press(console, "Escape", "KeyB")
    shows(console, ".roads")
    press(console, "Escape", "KeyP")
    shows(console, ".warnings")
    console.locator(".warnings .btn").first.click()
    shows(console, ".warnings-words")
    press(console, "Escape", "KeyR", "KeyM", "F7", "F10", "F10", "Alt+KeyA", "Escape", "F3")
    console.keyboard.type("D 1 A01")
    press(console, "Escape", "Escape", "F2")
    shows(console, ".call-form")
    console.keyboard.type(f"{place[1]:.5f}, {place[0]:.5f}")
    shows(console, "[role=option]")
    press(console, "Enter", "Escape", "Escape")
    # Where nothing was open any more, Escape has gone to the command line.
    console.evaluate("document.activeElement?.blur()")
    press(console, "KeyA")
    shows(console, ".call-form")
    press(console, "F7")
    sheet = console.context.new_page()
    answer = sheet.goto(f"{site}/v1/calls/{made}/hand-over")
    assert answer is not None and answer.ok
    shows(sheet, "h1")


@LANGUAGES
def test_the_handheld(site: Site, watch: Watch, lang: str) -> None:
    car = [s for s in seats(site) if s["role"] == "officer" and s["province"] == PROVINCE][2]
    place = next(o["seat"] for o in offices_of(site) if o["id"] == car["office"])
    handheld = watch.open(car["id"], "field", lang, wide=False, at=(place[0], place[1]))
    handheld.locator(".gate-act .accept").click()
    shows(handheld, ".gate-body[data-list]")
    handheld.locator(".gate-act .btn").last.click()
    expect(handheld.locator(".home-sign")).to_have_text(car["call_sign"], timeout=30_000)
    desk = watch.open(f"dispatcher:{PROVINCE}", "", lang)
    time.sleep(2)  # The handheld's heartbeat and position are on their way as on any day.
    open_incident(site, desk, place, priority=1)
    shows(handheld, ".offer .accept", OFFER_WITHIN_MS)
    handheld.wait_for_timeout(600)  # An offer is inert at first, so that no stray touch accepts it.
    handheld.locator(".offer .accept").click()
    shows(handheld, ".mission")
    handheld.locator(".mission .tiles button").first.click()
    handheld.wait_for_timeout(1_000)


@LANGUAGES
def test_the_boards_of_all_tiers(site: Site, watch: Watch, lang: str) -> None:
    every = seats(site)
    for role in BOARDS:
        seat = next(s for s in every if s["role"] == role)
        board = watch.open(seat["id"], "board", lang)
        shows(board, ".board-head")
        shows(board, ".map-base[data-view]", 30_000)
        press(board, "F1")
        shows(board, ".help")
        press(board, "Escape", "ArrowDown", "Enter", "Escape")


@LANGUAGES
def test_asking_for_help(site: Site, watch: Watch, lang: str) -> None:
    page = watch.open(None, "sos", lang, wide=False, at=(HERE["longitude"], HERE["latitude"]))
    page.locator("[data-key='sos.test']").check()
    page.locator("[data-key='sos.tapInstead']").check()
    page.locator("[data-key=help]").click()
    page.locator("[data-key='sos.sendNow']").click()
    shows(page, "[data-say=place]")
    page.locator("[data-key='sos.card.3']").click()
    expect(page.locator("[data-say=talk] [data-mine]")).to_contain_text(
        "شما" if lang == "fa" else "You", timeout=30_000
    )
    # Closed at the desk it says so, and asks for nothing more.
    go_home(site)
    expect(page.locator("[data-say=state]")).to_contain_text("بسته شد" if lang == "fa" else "closed", timeout=30_000)
    expect(page.locator("form.write")).to_have_count(0)


@LANGUAGES
def test_what_came_in_word_for_word(site: Site, watch: Watch, lang: str) -> None:
    page = watch.open(f"dispatcher:{PROVINCE}", f"raw?lang={lang}", lang)
    shows(page, "table, h1")
    page.locator("nav a").first.click()
    page.wait_for_load_state("networkidle")
