"""
Every section of the administration, and the board of every tier with its hour and its wall: in Persian and in English, by day and
by night, axe has nothing to say and no word is in another language than the page. Sections are read from the page's own list:
one that comes later is looked at too.
"""

import json
import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import PROVINCE, ROOT, Sit
from tests.browser.test_accessibility import LOOKS, PLACE, check_every_look, complaints, look, strangers
from tests.browser.test_whole_loop import BOARDS, offices_of, open_incident, seats

pytestmark = pytest.mark.browser
LISTED = re.search(
    r"SECTIONS = \[(.*?)\]", (ROOT / "web/src/features/admin/index.tsx").read_text(encoding="utf-8"), re.DOTALL
)
assert LISTED is not None
SECTIONS = re.findall(r'"(\w+)"', LISTED[1])
# Reasons that administrators gave in other tests of the same server, in the language that each of them used.
WRITTEN = [PLACE, "شب پرکار", "بازگشت به آغاز"]


GRID_OUT_OF_REACH = "scrollable-region-focusable: ['.grid']"


def open_section(page: Page, section: str) -> None:
    """Go where a link to a section leads, and wait until what it shows has come."""
    page.evaluate("section => { location.hash = section }", section)
    expect(page.locator(f'.admin-nav a[href$="#{section}"]')).to_have_attribute("aria-current", "page")
    expect(page.locator(".admin .skeleton, .admin [aria-busy=true]")).to_have_count(0, timeout=30_000)
    expect(page.locator(".admin-main :is(h2, h3, label)").first).to_be_visible(timeout=30_000)


def dress(wall: Page, lang: str, theme: str) -> None:
    """Show a wall in a language and by day or night, which there goes by the clock."""
    kept = json.dumps({"state": {"lang": lang, "theme": "day"}, "version": 0})
    wall.evaluate("kept => localStorage.setItem('nazdik.prefs', kept)", kept)
    wall.evaluate("dispatchEvent(new StorageEvent('storage', {key: 'nazdik.prefs'}))")
    expect(wall.locator("html")).to_have_attribute("lang", lang)
    wall.evaluate("theme => { document.documentElement.dataset.theme = theme }", theme)
    wall.wait_for_timeout(150)


def sections_of(page: Page) -> list[str]:
    """Return the sections that this seat has, as its page lists them."""
    expect(page.locator(".admin-nav a").first).to_be_visible(timeout=20_000)
    listed: list[str] = page.evaluate("[...document.querySelectorAll('.admin-nav a')].map((a) => a.hash.slice(1))")
    return listed


def grid_takes_keys(page: Page) -> bool:
    """Whether the page's list takes the focus. In a form that may not be changed axe believes that nothing does, a list neither."""
    grid = page.locator(".grid").first
    grid.focus()
    return bool(grid.evaluate("grid => document.activeElement === grid"))


def test_every_section_of_the_administration_has_no_fault_by_day_or_night(site: str, sit: Sit) -> None:
    found: list[str] = []
    seen: set[str] = set()
    auditor = next(s["id"] for s in seats(site) if s["role"] == "auditor")
    for seat in (f"administrator:{PROVINCE}", auditor, "national_desk:iran"):
        page = sit(seat, "admin")
        nation = seat == "national_desk:iran"
        if nation:
            # In what is the whole nation's, not in one of its provinces.
            page.evaluate("localStorage.setItem('nazdik.admin.province', 'iran')")
            page.reload()
        # What one seat of a province shows, another shows in the same way; the nation's own view is another.
        for section in [each for each in sections_of(page) if nation or each not in seen]:
            seen.add(section)
            open_section(page, section)
            found += [
                said
                for said in check_every_look(page, f"{seat} {section}", data=WRITTEN)
                if not (GRID_OUT_OF_REACH in said and grid_takes_keys(page))
            ]
        page.context.close()
    assert seen == set(SECTIONS)
    assert found == [], "\n".join(found)


SIDEWAYS = """() => {
    const wide = document.documentElement.scrollWidth > innerWidth
    const main = document.querySelector(".admin-main")
    const at = document.querySelector(".admin-nav [aria-current]").getBoundingClientRect()
    const unseen = at.right < 1 || at.left > innerWidth - 1
    return [wide && "the page", main.scrollWidth > main.clientWidth && "its section", unseen && "where one is"].filter(Boolean)
}"""


def test_every_section_fits_the_narrowest_screen_and_twice_the_size(sit: Sit) -> None:
    page = sit(f"administrator:{PROVINCE}", "admin")
    found = []
    for lang, size in (("fa", (320, 640)), ("en", (640, 450))):
        look(page, lang, "day")
        page.set_viewport_size({"width": size[0], "height": size[1]})
        for section in sections_of(page):
            open_section(page, section)
            found += [f"{section} {lang} {size[0]}: {said} goes sideways" for said in page.evaluate(SIDEWAYS)]
    assert found == []


def test_every_section_has_a_key_of_its_own(sit: Sit) -> None:
    page = sit(f"administrator:{PROVINCE}", "admin")
    sections = sections_of(page)
    assert page.locator(".admin-nav a kbd").count() == len(sections)
    # The seventeenth and last key, then back to the first.
    assert len(sections) == 17
    for section, key in ((sections[-1], "Comma"), (sections[0], "Digit1")):
        page.keyboard.press(f"Alt+{key}")
        expect(page.locator(".admin-nav a[aria-current=page]")).to_have_attribute("href", re.compile(f"#{section}$"))


@pytest.mark.parametrize("role", BOARDS)
def test_the_board_of_every_tier_its_hour_and_its_wall_have_no_fault(site: str, sit: Sit, role: str) -> None:
    place = next(o["seat"] for o in offices_of(site) if o["tier"] == "station" and o["province"] == PROVINCE)
    seat = next(s for s in seats(site) if s["role"] == role)
    board = sit(seat["id"], "board")
    expect(board.locator(".board-head")).to_be_visible(timeout=20_000)
    open_incident(site, sit(f"dispatcher:{PROVINCE}", "console"), place, priority=1)
    expect(board.locator(".board-rows [role=row]").first).to_be_visible(timeout=20_000)
    found = check_every_look(board, role)
    board.keyboard.press("KeyH")
    expect(board.locator("[data-measure]").first).to_be_visible()
    found += check_every_look(board, f"{role}, the last hour", within=".trends")
    board.keyboard.press("KeyH")
    look(board, "fa", "day")
    board.keyboard.press("KeyW")
    expect(board.locator(".wall-numbers")).to_be_visible()
    for lang, theme in LOOKS:
        dress(board, lang, theme)
        found += [f"{role}, wall {lang} {theme}: {said}" for said in (*complaints(board), *strangers(board, (PLACE,)))]
    assert found == [], "\n".join(found)
