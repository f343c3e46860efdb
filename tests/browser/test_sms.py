"""A deaf caller writes to 110: the call-taker reads, answers with ready words, and is told in words when one does not arrive."""

import time
from collections.abc import Callable, Iterator
from pathlib import Path

import httpx
import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import PROVINCE
from tests.contract.test_callers import PhoneNetwork, add_gateway
from tests.server import Server, served

pytestmark = pytest.mark.browser
WAIT_MS = 20_000
NUMBER = "+989160000951"


@pytest.fixture(scope="module")
def network() -> Iterator[PhoneNetwork]:
    network = PhoneNetwork()
    yield network
    network.server.shutdown()


@pytest.fixture(scope="module")
def room(
    tmp_path_factory: pytest.TempPathFactory, built_region: Callable[[str], Path], network: PhoneNetwork
) -> Iterator[tuple[Server, str]]:
    folder = tmp_path_factory.mktemp("sms")
    token = add_gateway(folder, "sms-a", "--send-url", network.address)
    with served(folder, built_region(PROVINCE)) as server:
        yield server, token


def console(browser: Browser, server: Server, lang: str, theme: str) -> Page:
    context = browser.new_context(viewport={"width": 1600, "height": 900})
    prefs = f"JSON.stringify({{state: {{lang: '{lang}', theme: '{theme}'}}, version: 0}})"
    context.add_init_script(f"localStorage.setItem('nazdik.prefs', {prefs})")
    page = context.new_page()
    page.request.post(f"{server.address}/v1/sessions", data={"seat": f"call_taker:{PROVINCE}"})
    page.goto(f"{server.address}/console")
    expect(page.locator("body")).to_contain_text("برخط" if lang == "fa" else "Live", timeout=WAIT_MS)
    return page


@pytest.mark.parametrize(
    ("lang", "theme", "ready", "refused", "sent"),
    [
        ("fa", "day", "پیام شما رسید. کجا هستید؟", "درگاه پیامک نپذیرفت", "رسیدنش معلوم نیست"),
        ("en", "night", "Your message arrived. Where are you?", "the SMS gateway refused it", "not known whether"),
    ],
)
def test_a_deaf_caller_and_a_call_taker_write_to_each_other(
    room: tuple[Server, str],
    network: PhoneNetwork,
    browser: Browser,
    lang: str,
    theme: str,
    ready: str,
    refused: str,
    sent: str,
) -> None:
    server, token = room
    number = NUMBER if lang == "fa" else NUMBER.replace("951", "952")

    def write(text: str) -> None:
        told = httpx.post(f"{server.address}/v1/in/sms/{token}", json={"from": number, "text": text})
        assert told.status_code == 200

    page = console(browser, server, lang, theme)
    write("ناشنوا هستم. دزد در خانه است")
    row = page.locator(".ringing-call", has_text=number)
    expect(row).to_contain_text("ناشنوا هستم", timeout=WAIT_MS)
    page.keyboard.press("a")
    log = page.get_by_role("log")
    expect(log).to_be_visible(timeout=WAIT_MS)
    page.get_by_role("button", name=ready).click()
    expect(log).to_contain_text(sent, timeout=WAIT_MS)
    assert [m["text"] for m in network.got if m["to"] == number] == [ready]
    write("خیابان ولیعصر، پلاک ۱۲")
    expect(log).to_contain_text("پلاک ۱۲", timeout=WAIT_MS)
    network.statuses[:] = [422]
    page.keyboard.press("Alt+w")
    page.keyboard.type("OK")
    page.keyboard.press("Enter")
    expect(log).to_contain_text(refused, timeout=WAIT_MS)
    page.keyboard.press("Alt+k")
    expect(page.locator(".caller-ask")).to_contain_text("/sos", timeout=WAIT_MS)
    deadline = time.monotonic() + 30
    while not any("/sos#" in m["text"] for m in network.got if m["to"] == number):
        assert time.monotonic() < deadline, "the link goes out by SMS"
        page.wait_for_timeout(100)
    expect(page.locator(".caller-ask button")).to_have_count(2, timeout=WAIT_MS)
    page.keyboard.press("Alt+u")
    expect(page.locator(".caller-ask")).to_contain_text(
        "پیوند بسته شد" if lang == "fa" else "The link is revoked", timeout=WAIT_MS
    )
    calls = [c for c in server.seat(f"call_taker:{PROVINCE}").get("/v1/calls").json()["calls"] if c["number"] == number]
    assert len(calls) == 1, "one call record holds all of it"
    said = [(text["by"] is None, text["text"]) for text in calls[0]["texts"]]
    assert said[:2] == [(False, ready), (True, "خیابان ولیعصر، پلاک ۱۲")]
    page.context.close()
