"""From typed words to a kind with its reasons, one-key answers, and the crew that reads them with the offer."""

import time

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import PROVINCE, Sit
from tests.browser.test_call_form import newest_call, until
from tests.browser.test_whole_loop import OFFER_WITHIN_MS, ready_handheld, seats

pytestmark = pytest.mark.browser


def open_form(sit: Sit) -> Page:
    console = sit(f"call_taker:{PROVINCE}", "console")
    expect(console.locator("body")).to_contain_text("برخط", timeout=20_000)
    console.keyboard.press("F2")
    expect(console.locator(".call-form")).to_be_visible()
    return console


def test_words_propose_a_kind_with_reasons_and_digits_answer_its_questions(site: str, sit: Sit) -> None:
    car = next(s for s in seats(site) if s["role"] == "officer")
    handheld, seat = ready_handheld(site, sit, car)
    console = open_form(sit)
    form = console.locator(".call-form")
    time.sleep(2)  # The handheld's heartbeat and position are on their way.
    story = form.locator("textarea")
    story.click()
    console.keyboard.type("دعوا شده، چاقو ندارند")
    proposal = form.locator(".proposal")
    expect(proposal).to_contain_text("نزاع و درگیری", timeout=20_000)
    expect(proposal).to_contain_text("چون نوشتید «دعوا شده»")
    expect(proposal).to_contain_text("نفی شده، به حساب نیامد: چاقو")
    console.keyboard.press("Tab")
    until(console, site, kind="fight")
    # What the words told is kept with the call a moment after the kind that was taken.
    deadline = time.monotonic() + 20
    while (newest_call(console, site)["guessed"] or {}).get("words") != ["دعوا شده"] and time.monotonic() < deadline:
        console.wait_for_timeout(200)
    kept = newest_call(console, site)["guessed"]
    assert kept["kind"] == "fight" and kept["words"] == ["دعوا شده"] and kept["version"].startswith("0-")

    console.keyboard.press("Alt+KeyQ")
    lines = form.locator(".question")
    expect(lines.nth(0)).to_have_attribute("data-active", "true")
    console.keyboard.press("Digit2")  # a blade after all
    expect(lines.nth(0).locator("[aria-pressed=true]")).to_contain_text("سرد")
    expect(lines.nth(1)).to_have_attribute("data-active", "true")
    console.keyboard.press("Digit0")  # anyone hurt: skipped
    console.keyboard.press("Digit1")  # still there
    expect(form.locator(".priority-by")).to_contain_text("اولویت ۱")
    expect(form.locator(".priority-line [data-chosen]")).to_have_text("۱")
    until(console, site, priority=1)

    console.keyboard.press("F4")
    # A digit that is typed before the place has the focus would still answer a question.
    expect(form.locator("[data-field=place] input")).to_be_focused()
    console.keyboard.type(f"{seat[1]:.5f}, {seat[0]:.5f}")
    expect(console.locator("[role=option]").first).to_be_visible(timeout=20_000)
    console.keyboard.press("Enter")
    console.keyboard.press("Control+Enter")
    expect(handheld.get_by_role("button", name="پذیرش")).to_be_visible(timeout=OFFER_WITHIN_MS)
    expect(handheld.locator(".answers")).to_have_text("سلاح سرد · هنوز آن‌جا")


def test_nothing_but_place_and_kind_is_required(site: str, sit: Sit) -> None:
    car = next(s for s in seats(site) if s["role"] == "officer")
    handheld, seat = ready_handheld(site, sit, car)
    console = open_form(sit)
    time.sleep(2)
    console.keyboard.type(f"{seat[1]:.5f}, {seat[0]:.5f}")
    expect(console.locator("[role=option]").first).to_be_visible(timeout=20_000)
    console.keyboard.press("Enter")
    console.keyboard.type("نزاع و")
    expect(console.locator("[role=option]").first).to_be_visible(timeout=20_000)
    console.keyboard.press("Enter")
    expect(console.locator(".question").first).to_be_visible()
    console.keyboard.press("Control+Enter")
    expect(handheld.get_by_role("button", name="پذیرش")).to_be_visible(timeout=OFFER_WITHIN_MS)
    call = newest_call(console, site)
    assert (call["narrative"], call["number"], call["name"]) == ("", None, None)
    detail = console.request.get(f"{site}/v1/incidents/{call['incident']}/detail").json()
    assert detail["answers"] == [] and detail["hazards"] == ""
