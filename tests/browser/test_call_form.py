"""The call form: who calls and where to call back is kept while the caller speaks, and wrong words can be taken back."""

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
    form.locator("textarea").fill("")
    until(console, site, narrative="", callback="0612345")


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
