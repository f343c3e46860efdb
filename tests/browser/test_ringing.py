"""An exchange rings two real consoles: who takes the call, who is told, who hung up, and who is called back."""

import itertools
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Route, expect

from tests.browser.conftest import PROVINCE
from tests.contract.test_telephone import Line
from tests.server import Server, free_port, served
from tests.unit.intake.test_sip import CIRCLE, PIDF, sip

pytestmark = pytest.mark.browser
# Machines that test draw maps in software, and share their cores.
WAIT_MS = 20_000
_numbers = itertools.count(1)


@pytest.fixture(scope="module")
def exchange(
    tmp_path_factory: pytest.TempPathFactory, built_region: Callable[[str], Path]
) -> Iterator[tuple[Server, int]]:
    port = free_port()
    folder, region = tmp_path_factory.mktemp("ringing"), built_region(PROVINCE)
    with served(folder, region, settings={"NAZDIK_SIP_UDP_PORT": str(port)}) as server:
        yield server, port


@pytest.fixture
def console(exchange: tuple[Server, int], browser: Browser) -> Iterator[Callable[..., Page]]:
    contexts: list[BrowserContext] = []
    faults: list[Any] = []

    def failed(error: Any) -> None:
        faults.append(error)

    def open_console(role: str, lang: str = "fa", scheme: Any = "light", face: str = "console") -> Page:
        # What a service worker passes on cannot be held back.
        context = browser.new_context(
            viewport={"width": 1600, "height": 900}, locale=lang, color_scheme=scheme, service_workers="block"
        )
        contexts.append(context)
        page = context.new_page()
        page.on("pageerror", failed)
        assert page.request.post(f"{exchange[0].address}/v1/sessions", data={"seat": seat_of(role)}).status == 201
        page.goto(f"{exchange[0].address}/{face}")
        expect(page.locator("[data-panel=calls], .board")).to_be_visible(timeout=20_000)
        expect(page.locator("body")).to_contain_text("برخط", timeout=20_000)
        return page

    yield open_console
    for context in contexts:
        context.close()
    assert faults == []


def seat_of(role: str) -> str:
    return f"{role}:{PROVINCE}" + (".tehran.11" if role == "station_desk" else "")


def until_held(page: Page, held: list[Route]) -> None:
    """What is let go on before it came would be held for good."""
    until = time.monotonic() + WAIT_MS / 1000
    while not held:
        assert time.monotonic() < until, "nothing was asked"
        page.wait_for_timeout(20)


def caller(more: str = "", body: str = "", uri: str = "urn:service:sos") -> tuple[str, Callable[[str], bytes]]:
    """A number of one's own, and a way to write messages of its call."""
    n = next(_numbers)
    number = f"+98917000{n:04d}"
    made = {"call": f"browser{n}", "uri": uri, "more": more, "body": body}
    return number, lambda method: sip(method, **made).replace(b"+989161112233", number.encode())


def test_one_console_gets_the_call_and_the_other_is_told_who_has_it(
    exchange: tuple[Server, int], console: Callable[..., Page]
) -> None:
    _, port = exchange
    first, second = console("call_taker"), console("dispatcher")
    located = "Geolocation: <cid:x>\r\nContent-Type: application/pidf+xml\r\n"
    more_data = "Call-Info: <https://adr.example/1>;purpose=EmergencyCallData.ProviderInfo\r\n"
    shape = CIRCLE.replace("31.3183 48.6706", "35.7156 51.4089")
    number, message = caller(more_data + located, PIDF.format(shape=shape))
    trunk = Line("udp", port)
    trunk.send(message("INVITE"))
    for page in (first, second):
        row = page.locator(".ringing-call", has_text=number)
        expect(row).to_be_visible(timeout=WAIT_MS)
        expect(row.locator(".vouched")).to_have_attribute("data-vouched", "false")
        expect(row).to_contain_text("۲۵")
    held: list[Route] = []

    def hold(route: Route) -> None:
        held.append(route)

    second.route("**/answer", hold)
    second.keyboard.press("a")
    expect(second.locator(".call-form")).to_be_visible(timeout=WAIT_MS)
    until_held(second, held)
    # The Persian layout writes another letter with the same key.
    first.evaluate("dispatchEvent(new KeyboardEvent('keydown', {code: 'KeyA', key: 'ش', bubbles: true}))")
    expect(first.locator(".call-form")).to_be_visible(timeout=WAIT_MS)
    expect(first.locator(".ringing-call", has_text=number)).to_have_count(0, timeout=WAIT_MS)
    for route in held:
        route.continue_()
    expect(second.locator("body")).to_contain_text("تلفن‌گیر این تماس را برداشت")
    expect(second.locator(".call-form")).to_have_count(0, timeout=WAIT_MS)
    expect(first.locator(".call-form input").first).to_be_visible(timeout=WAIT_MS)
    came_with = first.locator(".caller-with")
    expect(came_with).to_contain_text("همراه تماس: ۲ مورد")
    expect(came_with).to_contain_text("https://adr.example/1")
    expect(came_with.get_by_text("گفته بود جا همراه است، نبود")).to_be_visible()


def test_who_hung_up_is_called_back_with_keys_and_who_called_before_is_known(
    exchange: tuple[Server, int], console: Callable[..., Page]
) -> None:
    _, port = exchange
    page = console("call_taker")
    number, message = caller()
    trunk = Line("udp", port)
    trunk.send(message("INVITE"))
    expect(page.locator(".ringing-call", has_text=number)).to_be_visible(timeout=WAIT_MS)
    trunk.send(message("CANCEL"))
    expect(page.locator(".ringing-call[data-gone]", has_text=number)).to_contain_text("قطع کرد")
    row = page.locator(".call-back", has_text=number)
    expect(row).to_be_visible(timeout=WAIT_MS)
    page.keyboard.press("t")
    page.keyboard.press("Alt+n")
    expect(row).to_contain_text("۱ بار")
    again = sip(call="again1").replace(b"+989161112233", number.encode())
    trunk.send(again)
    ringing = page.locator(".ringing-call:not([data-gone])", has_text=number)
    expect(ringing.locator(".past")).to_contain_text("۱ تماس")
    # A try in vain gave it back to everybody.
    page.keyboard.press("t")
    page.keyboard.press("Alt+r")
    expect(row).to_have_count(0, timeout=WAIT_MS)
    expect(page.locator(".call-form")).to_be_visible(timeout=WAIT_MS)
    trunk.send(again.replace(b"INVITE urn", b"CANCEL urn").replace(b"CSeq: 1 INVITE", b"CSeq: 1 CANCEL"))


def test_one_desk_calls_back_and_the_other_is_told_who(
    exchange: tuple[Server, int], console: Callable[..., Page]
) -> None:
    server, port = exchange
    desk = server.seat(f"dispatcher:{PROVINCE}")
    for call in desk.get("/v1/calls").json()["calls"]:
        if call["call_back"] == "due":
            desk.done(f"/v1/calls/{call['id']}/call-back", {"result": "not_needed", "note": "-"})
    first, second = console("call_taker"), console("dispatcher")
    board = console("station_desk", face="board")
    number, message = caller()
    trunk = Line("udp", port)
    trunk.send(message("INVITE"))
    trunk.send(message("CANCEL"))
    for page in (first, second):
        expect(page.locator(".call-back", has_text=number)).to_be_visible(timeout=WAIT_MS)
    expect(board.locator(".counts")).to_contain_text("تماس برگشت")
    expect(board.locator(".counts")).to_contain_text("بی‌جا در استان", timeout=WAIT_MS)
    held: list[Route] = []

    def hold(route: Route) -> None:
        held.append(route)

    second.route("**/claim", hold)
    second.keyboard.press("t")
    expect(second.locator(".call-back-results")).to_be_visible(timeout=WAIT_MS)
    until_held(second, held)
    # The Persian layout writes another letter with the same key.
    first.evaluate("dispatchEvent(new KeyboardEvent('keydown', {code: 'KeyT', key: 'ف', bubbles: true}))")
    expect(first.locator(".call-back-results")).to_be_visible(timeout=WAIT_MS)
    row = second.locator(".call-back", has_text=number)
    for route in held:
        route.continue_()
    expect(second.locator("body")).to_contain_text("تلفن‌گیر این تماس را برداشت", timeout=WAIT_MS)
    expect(row).to_have_attribute("data-taken", "true", timeout=WAIT_MS)
    expect(row).to_contain_text("دارد زنگ می‌زند")
    expect(second.locator(".call-back-results")).to_have_count(0)
    call = next(c for c in desk.get("/v1/calls").json()["calls"] if c["number"] == number)
    refused = desk.post(f"/v1/calls/{call['id']}/call-back", {"result": "busy"})
    assert (refused.status_code, refused.json()["code"]) == (409, "intake.call_back_taken")
    first.keyboard.press("Alt+x")
    expect(row).not_to_have_attribute("data-taken", "true", timeout=WAIT_MS)
    second.unroute("**/claim")
    second.keyboard.press("t")
    second.keyboard.press("Alt+r")
    expect(row).to_have_count(0, timeout=WAIT_MS)


def test_what_is_answered_at_the_exchange_can_be_taken_and_tests_are_marked(
    exchange: tuple[Server, int], console: Callable[..., Page]
) -> None:
    _, port = exchange
    page = console("call_taker")
    number, message = caller()
    trunk = Line("udp", port)
    trunk.send(message("INVITE"))
    trunk.send(message("CANCEL").replace(b"Content-Length", b"Reason: SIP;cause=200\r\nContent-Length"))
    row = page.locator(".ringing-call", has_text=number)
    expect(row).to_contain_text("در مرکز تلفن پاسخ داده شد")
    row.get_by_role("button", name="برداشتن").click()
    expect(row).to_have_count(0, timeout=WAIT_MS)
    expect(page.locator(".call-form")).to_be_visible(timeout=WAIT_MS)
    tested, message = caller(uri="urn:service:test.sos")
    trunk.send(message("INVITE"))
    mark = page.locator(".ringing-call", has_text=tested).locator(".test-mark")
    expect(mark).to_have_text("آزمایشی")
    trunk.send(message("CANCEL"))


def test_a_number_that_called_for_nothing_rings_like_any_other_and_says_so(
    exchange: tuple[Server, int], console: Callable[..., Page]
) -> None:
    server, port = exchange
    number, message = caller()
    desk = server.seat(f"call_taker:{PROVINCE}")
    for _ in range(2):
        hoax = desk.done("/v1/calls", {"number": number})["call_id"]
        desk.done(f"/v1/calls/{hoax}/close", {"outcome": "hoax"})
    page = console("call_taker")
    trunk = Line("udp", port)
    trunk.send(message("INVITE"))
    row = page.locator(".ringing-call", has_text=number)
    expect(row.get_by_role("button", name="پاسخ")).to_be_enabled(timeout=WAIT_MS)
    expect(row.locator(".nuisance")).to_contain_text("مزاحمت پی‌درپی: ۲ مزاحمت تأییدشده", timeout=WAIT_MS)
    trunk.send(message("CANCEL"))
