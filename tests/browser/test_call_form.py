"""The call form: who calls and where to call back is kept while the caller speaks, and wrong words can be taken back."""

import re
import time
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import PROVINCE, Sit

pytestmark = pytest.mark.browser


def newest_call(console: Page, site: str) -> dict[str, Any]:
    calls: list[dict[str, Any]] = console.request.get(f"{site}/v1/calls").json()["calls"]
    return max(calls, key=lambda call: str(call["presented_at"]), default={})


def until(console: Page, site: str, **wanted: Any) -> None:
    """Wait until the newest call is so."""
    deadline = time.monotonic() + 30
    while True:
        call = newest_call(console, site)
        if call and all(call[name] == value for name, value in wanted.items()):
            return
        assert time.monotonic() < deadline, call
        console.wait_for_timeout(200)


def test_what_is_learnt_of_the_caller_is_kept_and_wrong_words_are_taken_back(site: str, sit: Sit) -> None:
    console = sit(f"call_taker:{PROVINCE}", "console")
    expect(console.locator("body")).to_contain_text("برخط", timeout=20_000)
    console.keyboard.press("F2")
    form = console.locator(".call-form")
    expect(form).to_be_visible()
    form.locator("textarea").fill("دو نفر درگیر شده‌اند")
    until(console, site, narrative="دو نفر درگیر شده‌اند", callback=None)
    form.get_by_label("شمارهٔ تماس برگشت").fill("0612345")
    form.get_by_label("نام تماس‌گیرنده").fill("تماس‌گیرندهٔ آزمون")
    until(console, site, callback="0612345", name="تماس‌گیرندهٔ آزمون")
    # The danger is kept as well: another desk that opens the call is told of it.
    form.get_by_label("چه خطری هست؟").fill("چاقو")
    until(console, site, hazards="چاقو")
    other = sit(f"call_taker:{PROVINCE}", "console")
    other.locator(".pane-calls [role=row]").first.dblclick()
    expect(other.locator(".call-form").get_by_label("چه خطری هست؟")).to_have_value("چاقو")
    form.get_by_label("چه خطری هست؟").fill("")
    form.locator("textarea").fill("")
    until(console, site, narrative="", hazards="", callback="0612345")


@pytest.mark.parametrize(("key", "button"), [("F7", None), (None, "بدون رخداد")])
def test_what_the_form_asks_at_its_foot_is_in_sight_and_goes_before_the_form(
    site: str, sit: Sit, key: str | None, button: str | None
) -> None:
    console = sit(f"call_taker:{PROVINCE}", "console", width=1366, height=768)
    expect(console.locator("body")).to_contain_text("برخط", timeout=20_000)
    console.keyboard.press("F2")
    form = console.locator(".call-form")
    kind = form.get_by_role("combobox", name="چه شده؟")
    kind.fill("دعوا")
    expect(form.get_by_role("option").first).to_be_visible()
    kind.press("ArrowDown")
    kind.press("Enter")
    # With the questions of a kind the form is longer than the screen.
    expect(form.locator(".questions")).to_be_visible()
    form.get_by_label("شرح").fill("دو نفر درگیر شده‌اند")
    if key:
        console.keyboard.press(key)
    else:
        form.get_by_role("button", name=button or "").click()
    asked = console.locator(".call-form > .choices")
    expect(asked).to_be_in_viewport(ratio=1)
    console.keyboard.press("Escape")
    expect(asked).to_have_count(0)
    expect(form).to_be_visible()
    console.keyboard.press("Escape")
    expect(form).to_have_count(0)


def test_what_is_missing_is_said_until_it_is_there_and_a_likeness_is_never_taken_by_habit(sit: Sit) -> None:
    console = sit(f"call_taker:{PROVINCE}", "console", width=1366, height=768)
    expect(console.locator("body")).to_contain_text("برخط", timeout=20_000)
    keys, form, said = console.keyboard, console.locator(".call-form"), console.locator(".command")
    keys.press("F2")
    expect(form).to_be_visible()
    keys.press("Control+Enter")
    expect(said).to_contain_text("جا و نوع")
    # No street of this name: what there is only sounds like it. Enter takes nothing, an arrow does, and it stays said.
    keys.type("سیب")
    expect(form.locator("[data-field=place] [role=option]").first).to_be_visible()
    keys.press("Enter")
    expect(form).to_contain_text("فقط هم‌آواست")
    expect(form.get_by_role("combobox", name="کجا؟")).to_have_value("سیب")
    keys.press("ArrowDown")
    keys.press("Enter")
    expect(form.locator("[data-field=place] [role=alert]")).to_contain_text("سیب")
    expect(said).not_to_contain_text("جا و نوع")
    # The name is the search's own, and nobody is asked to keep it: not after a reload either.
    expect(form).not_to_contain_text("نگه‌داشتن")
    # The form that was open is open again.
    console.reload()
    expect(form.locator("[data-field=place] [role=alert]")).to_contain_text("سیب")
    expect(form).not_to_contain_text("نگه‌داشتن")


def test_every_unfinished_form_is_a_key_away_and_the_forms_acts_have_keys(sit: Sit) -> None:
    console = sit(f"call_taker:{PROVINCE}", "console", width=1366, height=768)
    expect(console.locator("body")).to_contain_text("برخط", timeout=20_000)
    keys, form = console.keyboard, console.locator(".call-form")
    words = form.get_by_label("شرح")
    keys.press("F2")
    words.fill("نخستین فرم")
    keys.press("F2")
    expect(words).to_have_value("")
    words.fill("دومین فرم")
    expect(form.locator(".open-forms")).to_contain_text("نخستین فرم")
    keys.press("Alt+o")
    expect(words).to_have_value("نخستین فرم")
    keys.press("Alt+o")
    expect(words).to_have_value("دومین فرم")
    keys.press("Alt+v")
    expect(form.locator(".plate-in input").first).to_be_focused()
    keys.press("Escape")
    keys.press("Alt+c")
    expect(console.locator(".call-form > .choices")).to_be_visible()
    keys.press("1")
    expect(console.locator(".unfinished")).to_be_visible()
    keys.press("F2")
    expect(words).to_have_value("نخستین فرم")
    # Whoever leaves is told of what they leave behind, and goes when they say so.
    console.get_by_role("button", name="خروج").click()
    asked = console.get_by_role("dialog")
    expect(asked).to_contain_text("فرم تماس نیمه‌کاره")
    keys.press("Escape")
    expect(form).to_be_visible()
    console.get_by_role("button", name="خروج").click()
    asked.get_by_role("button", name="خروج").click()
    console.wait_for_url("**/")


def test_before_anything_is_heard_nothing_is_claimed_and_a_search_that_fails_says_so(sit: Sit) -> None:
    console = sit(f"call_taker:{PROVINCE}", "console", width=1366, height=768)
    deaf = [True]
    console.route_web_socket(
        re.compile("/v1/stream"), lambda line: None if deaf[0] else line.connect_to_server() and None
    )
    console.reload()
    expect(console.locator(".pane-units .skeleton")).to_be_visible()
    expect(console.locator(".pane-units")).to_contain_text("هنوز پاسخی نرسیده", timeout=20_000)
    assert console.locator(".pane-aside").all_inner_texts() == []
    for claim in ("هشداری نیست", "موقعیت‌های تازه"):
        expect(console.locator(".status-bar")).not_to_contain_text(claim)
    console.route("**/v1/places?*", lambda asked: asked.fulfill(status=503, json={"status": 503, "code": "x"}))
    console.keyboard.press("F2")
    place = console.locator(".call-form [data-field=place]")
    place.locator("input").fill("ولیعصر")
    expect(place.get_by_role("alert")).to_contain_text("پاسخ نمی‌دهد")
    console.unroute("**/v1/places?*")
    place.get_by_role("button", name="تلاش دوباره").click()
    place.locator("input").focus()
    expect(place.get_by_role("alert")).to_have_count(0)
    deaf[0] = False
    console.reload()
    expect(console.locator(".status-bar")).to_contain_text("هشداری نیست")
