"""Whoever takes the mouse again and again is told the key, once."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import PROVINCE, Sit

pytestmark = pytest.mark.browser


def test_at_the_third_press_with_the_mouse_the_key_is_told_and_later_no_more(sit: Sit) -> None:
    page = sit(f"dispatcher:{PROVINCE}", "console")
    keys = page.locator(".status-bar button", has=page.locator("kbd", has_text="F1"))
    lesson = page.locator(".key-lesson")

    def press_with_the_mouse() -> None:
        keys.click()
        expect(page.get_by_role("dialog")).to_be_visible()
        page.keyboard.press("Escape")
        expect(page.get_by_role("dialog")).to_be_hidden()

    for _ in range(2):
        press_with_the_mouse()
        page.keyboard.press("F1")
        expect(page.get_by_role("dialog")).to_be_visible()
        page.keyboard.press("Escape")
        expect(page.get_by_role("dialog")).to_be_hidden()
        expect(lesson).to_be_hidden()
    press_with_the_mouse()
    expect(lesson).to_contain_text(re.compile("با کلید.*F1"))
    expect(lesson).to_be_hidden(timeout=30_000)
    press_with_the_mouse()
    expect(lesson).to_be_hidden()
