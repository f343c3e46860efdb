"""What the server's check of its own logs found is shown in the administration and on every desk, in both languages."""

import re
from collections.abc import Iterator
from pathlib import Path

import apsw
import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import PROVINCE, Site, serving
from tests.browser.test_accessibility import complaints, look

pytestmark = pytest.mark.browser
LOG = f"{PROVINCE}.log"


@pytest.fixture(scope="module")
def damaged(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Site, Path]]:
    """A server of its own: its log is damaged at the end."""
    data = tmp_path_factory.mktemp("damaged")
    with serving(data, PROVINCE) as site:
        yield site, data


def open_page(browser: Browser, site: Site, seat: str, face: str) -> Page:
    page = browser.new_context(viewport={"width": 1600, "height": 900}, locale="fa-IR").new_page()
    assert page.request.post(f"{site}/v1/sessions", data={"seat": seat}).status == 201
    page.goto(f"{site}/{face}")
    return page


def damage(path: Path) -> None:
    """Move the last entry as a faulty disk might, behind the server's back."""
    connection = apsw.Connection(str(path))
    connection.set_busy_timeout(10_000)
    connection.execute(
        "UPDATE entries SET position = position + 1 WHERE position = (SELECT max(position) FROM entries)"
    )
    connection.close()


def test_the_last_check_of_each_log_and_what_it_found_are_on_the_page(
    damaged: tuple[Site, Path], browser: Browser
) -> None:
    site, data = damaged
    page = open_page(browser, site, f"administrator:{PROVINCE}", "admin#server")
    look(page, "fa", "day")
    row = page.locator(".server-row", has_text=LOG)
    expect(row).to_contain_text("دست‌نخورده است", timeout=60_000)
    expect(row).to_contain_text("آخرین سنجش")
    expect(row).to_contain_text("ثانیه پیش")
    expect(page.locator(".server-row", has_text="audit")).to_contain_text("دست‌نخورده است", timeout=60_000)
    found = complaints(page)
    damage(data / f"{LOG}.sqlite")
    expect(row).to_contain_text("آن نیست که نوشته شد", timeout=90_000)
    expect(row).to_contain_text("یافته شد")
    expect(page.locator(".server-row", has_text="audit")).to_contain_text("دست‌نخورده است")
    look(page, "en", "night")
    expect(row).to_contain_text(f"Log {LOG} is not what was written from entry")
    expect(row).to_contain_text(re.compile("An entry (was changed|is missing or was moved)"))
    expect(row).to_contain_text("found")
    expect(row).to_contain_text("ago")
    found += complaints(page)
    desk = open_page(browser, site, f"dispatcher:{PROVINCE}", "console")
    expect(desk.locator("body")).to_contain_text("آن نیست که نوشته شد", timeout=60_000)
    assert found == []
