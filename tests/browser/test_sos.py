"""Somebody asks for help on the emergency page of a telephone's browser, and is answered there."""

import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.browser.conftest import PROVINCE, Sit, go_home
from tests.browser.test_accessibility import complaints, in_both_themes, strangers

pytestmark = pytest.mark.browser
HERE = {"longitude": 51.4089, "latitude": 35.7156, "accuracy": 12}
Open = Callable[..., Page]


@pytest.fixture
def phone(site: str, browser: Browser) -> Iterator[Open]:
    """Open the page on a telephone whose place is known."""
    contexts: list[BrowserContext] = []
    faults: list[str] = []

    def opened(path: str = "/sos", *, locale: str = "fa-IR", theme: Any = "light") -> Page:
        context = browser.new_context(
            viewport={"width": 360, "height": 740}, locale=locale, color_scheme=theme, has_touch=True
        )
        contexts.append(context)
        context.grant_permissions(["geolocation"], origin=site)
        context.set_geolocation(HERE)
        page = context.new_page()
        page.on("pageerror", lambda error: faults.append(str(error)))
        page.goto(site + path)
        expect(page.locator("main")).to_be_visible()
        return page

    yield opened
    go_home(site)
    for context in contexts:
        assert context.cookies() == []
        context.close()
    assert faults == []


def hold(page: Page) -> None:
    """Hold the button for three seconds."""
    page.get_by_role("button", name="سه ثانیه نگه دارید").hover()
    page.mouse.down()
    expect(page.get_by_role("button", name="نفرست")).to_be_visible(timeout=20_000)
    page.mouse.up()


def call_with(console: Page, site: str, fits: Callable[[dict[str, Any]], bool]) -> dict[str, Any]:
    deadline = time.monotonic() + 20
    while time.monotonic() < deadline:
        calls = console.request.get(f"{site}/v1/calls").json()["calls"]
        found = [call for call in calls if call["channel"] == "sos" and fits(call)]
        if found:
            newest: dict[str, Any] = max(found, key=lambda call: str(call["presented_at"]))
            return newest
        console.wait_for_timeout(200)
    raise AssertionError("no such call")


def act(console: Page, site: str, path: str, body: dict[str, Any]) -> dict[str, Any]:
    headers = {"Idempotency-Key": f"sos-{time.monotonic_ns()}"}
    answer = console.request.post(f"{site}/v1/calls/{path}", data=body, headers=headers)
    assert answer.ok, answer.text()
    said: dict[str, Any] = answer.json()
    return said


def test_held_for_three_seconds_it_is_a_call_and_the_answer_comes_back(site: str, sit: Sit, phone: Open) -> None:
    console = sit(f"call_taker:{PROVINCE}", "console")
    page = phone()
    page.get_by_label("نمی‌توانم حرف بزنم؛ می‌نویسم").check()
    hold(page)
    expect(page.locator("[data-say=state]")).to_contain_text("منتظر پاسخ پلیس", timeout=20_000)
    call = call_with(console, site, lambda c: c["state"] == "ringing")
    assert ["no-voice", "1"] in call["data"] and not call["is_test"]
    expect(console.locator(".ringing")).to_be_visible()
    act(console, site, f"{call['id']}/answer", {})
    expect(page.locator("[data-say=state]")).to_contain_text("می‌خواند", timeout=20_000)
    page.get_by_role("button", name="پنهان شده‌ام").click()
    page.get_by_label("پیام شما").fill("در انبار")
    page.get_by_role("button", name="بفرست", exact=True).click()
    act(console, site, f"{call['id']}/texts", {"text": "بی‌صدا بمانید؛ در راهیم."})
    expect(page.get_by_role("log")).to_contain_text("بی‌صدا بمانید؛ در راهیم.", timeout=20_000)
    call = call_with(console, site, lambda c: len(c["texts"]) == 3)
    assert [text["text"] for text in call["texts"] if text["by"] is None] == ["پنهان شده‌ام", "در انبار"]
    assert call["point"] == [HERE["longitude"], HERE["latitude"]]
    # The call is not lost when the page is loaded again where there is no network, nor is it a second one.
    page.route("**/v1/sos/call", lambda route: route.abort())
    page.reload()
    expect(page.locator("[data-say=trouble]")).to_contain_text("درخواست شما پیش‌تر رسیده است")
    expect(page.locator("[data-say=state]")).to_contain_text("می‌خواند")
    page.unroute("**/v1/sos/call")
    expect(page.get_by_role("log")).to_contain_text("در انبار", timeout=20_000)
    page.context.set_geolocation({**HERE, "latitude": 35.7170})
    call = call_with(console, site, lambda c: c["id"] == call["id"] and c["locations"][-1]["point"][1] == 35.717)
    act(console, site, f"{call['id']}/close", {"outcome": "advice"})
    expect(page.locator("[data-say=state]")).to_contain_text("بسته شد", timeout=20_000)
    expect(page.get_by_label("پیام شما")).to_have_count(0)


def test_who_thinks_better_of_it_within_five_seconds_calls_nobody(site: str, sit: Sit, phone: Open) -> None:
    console = sit(f"call_taker:{PROVINCE}", "console")
    before = len(console.request.get(f"{site}/v1/calls").json()["calls"])
    page = phone()
    page.get_by_role("button", name="سه ثانیه نگه دارید").hover()
    page.mouse.down()
    page.wait_for_timeout(1_500)
    page.mouse.up()
    page.wait_for_timeout(2_500)
    expect(page.get_by_role("button", name="سه ثانیه نگه دارید")).to_be_visible()
    hold(page)
    page.get_by_role("button", name="نفرست").click()
    page.wait_for_timeout(6_000)
    assert len(console.request.get(f"{site}/v1/calls").json()["calls"]) == before


def test_by_keyboard_alone_in_english_at_night_a_test_pages_nobody(site: str, sit: Sit, phone: Open) -> None:
    console = sit(f"call_taker:{PROVINCE}", "console")
    page = phone(locale="en-GB", theme="dark")
    assert page.locator("html").get_attribute("data-theme") == "night"
    page.get_by_label("Only a test; send nobody").focus()
    page.keyboard.press("Space")
    page.get_by_role("button", name="Hold for three seconds").focus()
    page.keyboard.down("Enter")
    expect(page.get_by_role("button", name="Do not send")).to_be_focused(timeout=20_000)
    page.keyboard.up("Enter")
    page.get_by_role("button", name="Send now").focus()
    page.keyboard.press("Enter")
    expect(page.locator("[data-say=test]")).to_have_text("Test: nobody is sent")
    call = call_with(console, site, lambda c: c["is_test"] and c["state"] == "ringing")
    act(console, site, f"{call['id']}/answer", {})
    headers = {"Idempotency-Key": f"sos-{time.monotonic_ns()}"}
    body = {"kind": "noise", "point": [51.4089, 35.7156]}
    refused = console.request.post(f"{site}/v1/calls/{call['id']}/classification", data=body, headers=headers)
    assert refused.json()["code"] == "intake.call_is_test"
    act(console, site, f"{call['id']}/close", {"outcome": "test"})


def test_a_link_opened_in_a_browser_shows_where_the_caller_is(site: str, sit: Sit, phone: Open) -> None:
    console = sit(f"call_taker:{PROVINCE}", "console")
    headers = {"Idempotency-Key": f"sos-{time.monotonic_ns()}"}
    made = console.request.post(f"{site}/v1/calls", data={"number": "+989160000201"}, headers=headers).json()["call_id"]
    act(console, site, f"{made}/answer", {})
    link = act(console, site, f"{made}/place-link", {})
    page = phone(f"/sos#{link['code']}")
    assert link["code"] not in page.url
    page.get_by_role("button", name="جای مرا نشان بده").click()
    expect(page.locator("[data-say=place]")).to_contain_text("۱۲ متر", timeout=20_000)
    deadline = time.monotonic() + 30
    while True:
        (call,) = (c for c in console.request.get(f"{site}/v1/calls").json()["calls"] if c["id"] == made)
        if call["locations"]:
            break
        assert time.monotonic() < deadline
        console.wait_for_timeout(200)
    assert call["locations"][0]["source"] == "device"
    act(console, site, f"{made}/close", {"outcome": "advice"})


def test_without_a_connection_it_says_so_and_proposes_a_short_message(phone: Open) -> None:
    page = phone()
    page.route("**/v1/sos", lambda route: route.fulfill(json={"careful": True, "sms_number": "+98110", "demo": False}))
    page.reload()
    page.get_by_label("نمی‌توانم نگه دارم؛ با یک ضربه بفرست").check()
    page.unroute("**/v1/sos")
    page.context.set_offline(True)
    page.get_by_role("button", name="کمک بخواه").click()
    page.get_by_role("button", name="همین حالا بفرست").click()
    # An address that deceived before is asked a second time, and then believed.
    page.get_by_role("button", name="بله، کمک می‌خواهم").click()
    expect(page.locator("[data-say=trouble]")).to_contain_text("هنوز نرسیده است", timeout=20_000)
    href = page.get_by_role("link", name="با پیامک بفرست").get_attribute("href") or ""
    assert href.startswith("sms:+98110?body=SOS%3Bpg%3D"), href
    assert "lt%3D35.71560" in href


def test_the_page_is_small(site: str, phone: Open) -> None:
    page = phone()
    page.wait_for_load_state("networkidle")
    sizes = page.evaluate(
        "performance.getEntriesByType('resource').map((e) => e.transferSize)"
        ".concat(performance.getEntriesByType('navigation').map((e) => e.transferSize))"
    )
    assert 20_000 < sum(sizes) < 200_000, sizes
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.reload()
    page.wait_for_load_state("networkidle")
    assert f"{site}/v1/sos" in asked and f"{site}/v1/sos/call" not in asked, "nothing has begun that could be asked for"


@pytest.mark.parametrize("locale", ["fa-IR", "en-GB"])
def test_the_page_has_no_fault_by_day_or_night(phone: Open, locale: str) -> None:
    page = phone(locale=locale)
    found = in_both_themes(page, "first")
    page.locator("[data-key='sos.test']").check()
    page.locator("[data-key='sos.tapInstead']").check()
    page.locator("[data-key=help]").click()
    found += complaints(page)
    page.locator("[data-key='sos.sendNow']").click()
    expect(page.locator("[data-say=place]")).to_contain_text("12" if locale == "en-GB" else "۱۲", timeout=20_000)
    page.locator("[data-key='sos.card.3']").click()
    found += in_both_themes(page, "talk")
    assert found == [], "\n".join(found)


@pytest.mark.parametrize("locale", ["fa-IR", "en-GB"])
def test_no_step_of_the_page_has_a_fault(site: str, sit: Sit, phone: Open, locale: str) -> None:
    console = sit(f"call_taker:{PROVINCE}", "console")
    page = phone(locale=locale)
    found: list[str] = []

    def check(step: str) -> None:
        found.extend(in_both_themes(page, step))
        found.extend(f"{step}: {each}" for each in strangers(page, ("آزمون",)))

    page.route("**/v1/sos", lambda route: route.fulfill(json={"careful": True, "sms_number": "", "demo": True}))
    page.reload()
    expect(page.locator("main .mark")).to_be_visible()
    page.unroute("**/v1/sos")
    page.locator("[data-key='sos.tapInstead']").check()
    page.locator("[data-key=help]").click()
    expect(page.locator("main")).to_have_attribute("data-step", "countdown")
    check("countdown")
    # Before the seconds are over, or after: either way it asks once more.
    if page.locator("[data-key='sos.sendNow']").is_visible():
        page.locator("[data-key='sos.sendNow']").click()
    expect(page.locator("main")).to_have_attribute("data-step", "sure")
    check("sure")
    page.locator("[data-key='sos.sureYes']").click()
    expect(page.locator("main")).to_have_attribute("data-step", "live")
    call = call_with(console, site, lambda c: c["state"] == "ringing")
    act(console, site, f"{call['id']}/answer", {})
    act(console, site, f"{call['id']}/texts", {"text": "آزمون"})
    expect(page.get_by_role("log")).to_contain_text("آزمون")
    page.locator("[data-key=write]").fill("آزمون")
    page.locator("[data-key=send]").click()
    expect(page.locator(".talk li[data-mine]").first).to_be_visible()
    check("talk")
    act(console, site, f"{call['id']}/close", {"outcome": "advice"})
    expect(page.locator("[data-key=write]")).to_have_count(0)
    check("over")
    page = phone("/sos#12345678", locale=locale)
    expect(page.locator("main")).to_have_attribute("data-step", "link")
    check("link")
    page.locator("[data-key='sos.linkShow']").click()
    expect(page.locator("[data-say=trouble]")).not_to_be_empty()
    check("a link that is nobody's")
    assert found == [], "\n".join(found)


def test_by_keyboard_alone_a_call_taker_takes_the_place_and_answers(site: str, sit: Sit, phone: Open) -> None:
    console = sit(f"call_taker:{PROVINCE}", "console")
    expect(console.locator("body")).to_contain_text("برخط", timeout=20_000)
    page = phone()
    page.get_by_label("بی‌صدا: به من زنگ نزنید").check()
    hold(page)
    expect(page.locator("[data-say=state]")).to_contain_text("منتظر پاسخ پلیس", timeout=20_000)
    call = call_with(console, site, lambda c: c["state"] == "ringing")
    # Loaded again by a slip of the hand it is as quiet as before.
    page.reload()
    expect(page.locator("main")).to_have_attribute("data-step", "live", timeout=20_000)
    assert page.title() == "صفحه" and page.locator("html").get_attribute("data-theme") == "night"
    expect(console.locator(".ringing-call")).to_be_visible()
    console.keyboard.press("KeyA")
    expect(console.locator(".caller-marks")).to_contain_text("زنگ نزنید")
    console.keyboard.press("Alt+KeyL")
    call_with(console, site, lambda c: c["id"] == call["id"] and c["place"] != "")
    console.keyboard.press("Alt+KeyW")
    console.keyboard.type("Are you safe?")
    console.keyboard.press("Enter")
    expect(page.get_by_role("log")).to_contain_text("Are you safe?", timeout=20_000)
    expect(console.get_by_role("log")).to_contain_text("روی صفحهٔ او نمایان شد", timeout=20_000)
    # The telephone moves; the point that was taken stands, and the console says so.
    page.context.set_geolocation({**HERE, "latitude": 35.7200})
    expect(console.locator(".caller-moved")).to_contain_text("برآورد تازه‌ای", timeout=20_000)
    call = call_with(console, site, lambda c: c["id"] == call["id"])
    assert call["point"] == [HERE["longitude"], HERE["latitude"]]
    act(console, site, f"{call['id']}/close", {"outcome": "advice"})
