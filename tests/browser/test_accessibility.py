"""
Every face by day and by night, in Persian and in English: axe finds nothing to complain of, no word is in another language than the
page, and codes, dates and times are read from left to right.
"""

import json
import re
import uuid
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import PROVINCE, ROOT, Sit
from tests.browser.test_whole_loop import offices_of, open_incident, ready_handheld, seats

pytestmark = pytest.mark.browser
AXE = ROOT / "web/node_modules/axe-core/axe.min.js"
# What a theme can change of what axe sees; the rest is the same by day and by night.
OF_COLOURS = ["color-contrast", "link-in-text-block"]
WORDS = (ROOT / "tests/browser/page_words.js").read_text(encoding="utf-8")
PLACE = "آزمون"  # Where incidents of these tests are said to be.
LOOKS = [(lang, theme) for lang in ("fa", "en") for theme in ("day", "night")]
# In direct sunlight the handheld is black on white.
HAND_LOOKS = [("fa", "glare"), ("en", "glare"), *LOOKS]


def keep(page: Page, lang: str, theme: str) -> None:
    """Choose a language and a theme, as another window of the same desk does."""
    kept = json.dumps({"state": {"lang": lang, "theme": theme}, "version": 0})
    page.evaluate("kept => localStorage.setItem('nazdik.prefs', kept)", kept)
    page.evaluate("dispatchEvent(new StorageEvent('storage', {key: 'nazdik.prefs'}))")
    expect(page.locator("html")).to_have_attribute("lang", lang)


def look(page: Page, lang: str, theme: str) -> None:
    """Show the page in this language and theme, as the switches on it do, and let it come to rest."""
    keep(page, lang, theme)
    expect(page.locator("html")).to_have_attribute("data-theme", theme)
    page.wait_for_timeout(150)


def complaints(page: Page, within: str | None = None, *, of_colours: bool = False) -> list[str]:
    """Return what axe has to say of the page or of a part of it, or of its colours alone, one line for each element."""
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE.read_text(encoding="utf-8"))
    asked = {"resultTypes": ["violations"], **({"runOnly": OF_COLOURS} if of_colours else {})}
    found: dict[str, Any] = page.evaluate("([within, asked]) => axe.run(within ?? document, asked)", [within, asked])
    return [
        f"{rule['id']}: {node['target']} {node['failureSummary'][:300]}"
        for rule in found["violations"]
        for node in rule["nodes"]
    ]


def strangers(page: Page, data: Sequence[str] = ()) -> list[str]:
    """Return words in another language than the page's, and codes, dates and times that are not read from left to right."""
    said: list[str] = page.evaluate(WORDS, list(data))
    return said


def check_every_look(
    page: Page,
    what: str,
    looks: Sequence[tuple[str, str]] = LOOKS,
    *,
    data: Sequence[str] = (PLACE,),
    within: str | None = None,
) -> list[str]:
    """
    Show the page in every look; nothing is loaded again.

    Args:
        data: Words on the page that came from people and are in the language they spoke.
        within: The part that is new; axe has seen the rest.
    """
    found, heard = [], set()
    for lang, theme in looks:
        look(page, lang, theme)
        of_colours = lang in heard
        found += [f"{what} {lang} {theme}: {said}" for said in complaints(page, within, of_colours=of_colours)]
        if not of_colours:
            found += [f"{what} {lang}: {said}" for said in strangers(page, data)]
        heard.add(lang)
    return found


def in_both_themes(page: Page, what: str) -> list[str]:
    """Return what axe says by day and by night of a page that goes by its device, as it stands; by day in the end."""
    found = [f"{what}: {said}" for said in complaints(page)]
    for scheme, theme in (("dark", "night"), ("light", "day")):
        page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
        page.evaluate("theme => { document.documentElement.dataset.theme = theme }", theme)
        page.wait_for_timeout(150)
        # Colours that are on their way to the other theme are none of either. A page that draws no frame ends none of them.
        page.evaluate(
            "() => Promise.race([new Promise((over) => setTimeout(over, 2000)), Promise.allSettled("
            "document.getAnimations().filter((a) => a instanceof CSSTransition).map((a) => a.finished))])"
        )
        if theme == "night":
            found += [f"{what} by night: {said}" for said in complaints(page, of_colours=True)]
    return found


def map_words(page: Page, part: str) -> list[str]:
    """Return names of streets and places in a part of a Persian page: the map has no English for some of them."""
    look(page, "fa", "day")
    # A crossing is two names, a house one near another; either may be known in Persian only.
    names = re.split("[،\n]| و |تقاطع |نزدیک ", page.locator(part).first.inner_text())
    return [name.strip() for name in names if name.strip()]


# What else a desk opens beside an incident: the keys, and what is then there.
PARTS = [
    ("callers of an incident", ["KeyG"], ".callers"),
    ("cordon", ["KeyC"], ".cordon"),
    ("closed roads", ["KeyB"], ".roads"),
    ("reach", ["KeyR"], ".reach-panel"),
    ("addresses", ["Alt+KeyA"], ".addresses"),
]


def test_the_console_has_no_fault_by_day_or_night(site: str, sit: Sit) -> None:
    car = next(s for s in seats(site) if s["role"] == "officer" and s["province"] == PROVINCE)
    _, place = ready_handheld(site, sit, car)
    console = sit(f"dispatcher:{PROVINCE}", "console")
    expect(console.locator("body")).to_contain_text("برخط", timeout=20_000)
    for priority in (1, 2, 3):
        open_incident(site, console, [place[0] + 0.001 * priority, place[1]], priority=priority)
    console.request.post(
        f"{site}/v1/calls",
        data={"channel": "telephone", "number": "0611"},
        headers={"Idempotency-Key": str(uuid.uuid4())},
    )
    console.wait_for_timeout(1_500)
    console.keyboard.press("KeyJ")
    found = check_every_look(console, "queue and detail")
    console.keyboard.press("F2")
    expect(console.locator(".call-form")).to_be_visible()
    found += check_every_look(console, "call form")
    console.keyboard.press("Escape")
    console.keyboard.press("F1")
    expect(console.locator(".help")).to_be_visible()
    found += check_every_look(console, "help", within=".dialog")
    console.keyboard.press("Escape")
    for what, keys, part in PARTS:
        for key in keys:
            console.keyboard.press(key)
        expect(console.locator(part).first).to_be_visible(timeout=20_000)
        found += check_every_look(console, what, data=(PLACE, *map_words(console, part)), within=part)
        console.keyboard.press("Escape")
    console.keyboard.press("F3")
    console.keyboard.type("F 1")
    console.keyboard.press("Enter")
    expect(console.locator(".search-list")).to_have_attribute("aria-busy", "false")
    expect(console.locator(".search-row").first).to_be_visible()
    words = map_words(console, ".search-pane")
    said = check_every_look(console, "what was found", data=(PLACE, *words), within=".search-pane")
    if said:
        # A row that came later, with names of its own.
        words += map_words(console, ".search-pane")
        said = check_every_look(console, "what was found", data=(PLACE, *words), within=".search-pane")
    found += said
    # The paper for the hour without screens is a page of the server's own.
    paper = console.context.new_page()
    for lang in ("fa", "en"):
        paper.goto(f"{site}/v1/paper?lang={lang}")
        found += [
            f"paper {lang}: {said}"
            for said in [*complaints(paper), *strangers(paper, (PLACE, *words, f"seat:dispatcher:{PROVINCE}"))]
        ]
    assert found == [], "\n".join(found)


def test_warnings_and_handing_over_have_no_fault_by_day_or_night(site: str, sit: Sit) -> None:
    console = sit(f"dispatcher:{PROVINCE}", "console")
    expect(console.locator("body")).to_contain_text("برخط", timeout=20_000)
    body = {
        "status": "Exercise",
        "categories": ["Safety"],
        "urgency": "Immediate",
        "severity": "Severe",
        "certainty": "Observed",
        "expires_at": (datetime.now(UTC) + timedelta(hours=2)).isoformat(),
        "fa": {"event": "آزمون", "headline": "آزمون هشدار", "area": "میدان"},
        "area": {"circles": [{"centre": [51.4089, 35.7156], "radius_m": 500}]},
    }
    headers = {"Idempotency-Key": str(uuid.uuid4())}
    drafted = console.request.post(f"{site}/v1/warnings", data=body, headers=headers)
    assert drafted.status == 200, drafted.text()
    console.keyboard.press("KeyP")
    expect(console.locator(".warnings [data-state=draft]")).to_be_visible(timeout=20_000)
    said = ("آزمون هشدار", "آزمون", "میدان")
    found = check_every_look(console, "a draft of a warning", data=said)
    console.locator(".warnings .btn").first.click()
    found += check_every_look(console, "writing a warning", data=said)
    console.keyboard.press("F2")
    console.locator(".call-form textarea").first.fill("آزمون")
    console.keyboard.press("F7")
    expect(console.locator(".transfer")).to_be_visible()
    found += check_every_look(console, "handing over", data=said)
    console.keyboard.press("Escape")
    console.keyboard.press("Escape")
    console.keyboard.press("Alt+KeyT")
    expect(console.locator(".hand-over")).to_be_visible()
    found += check_every_look(console, "the desk changes hands", data=said, within=".dialog")
    own, headers = drafted.json()["warning_id"], {"Idempotency-Key": str(uuid.uuid4())}
    assert console.request.post(f"{site}/v1/warnings/{own}/discard", data={}, headers=headers).status == 200
    assert found == []


def test_boards_have_no_fault_by_day_or_night(site: str, sit: Sit) -> None:
    seat = next(s for s in seats(site) if s["role"] == "province_desk" and s["province"] == PROVINCE)
    board = sit(seat["id"], "board")
    expect(board.locator(".board-head")).to_be_visible(timeout=20_000)
    place = next(o["seat"] for o in offices_of(site) if o["tier"] == "station" and o["province"] == PROVINCE)
    open_incident(site, sit(f"dispatcher:{PROVINCE}", "console"), place, priority=1)
    expect(board.locator(".board-rows [role=row]").first).to_be_visible(timeout=20_000)
    found = check_every_look(board, "board")
    board.keyboard.press("ArrowDown")
    board.keyboard.press("Enter")
    board.wait_for_timeout(500)
    found += check_every_look(board, "board with an incident open")
    board.keyboard.press("Escape")
    look(board, "fa", "day")
    board.keyboard.press("KeyR")
    board.get_by_role("button", name="تقویم را باز کن").click()
    expect(board.locator(".calendar")).to_be_visible()
    found += check_every_look(board, "report of a shift", within=".dialog")
    board.keyboard.press("Escape")
    board.keyboard.press("Escape")
    board.keyboard.press("F1")
    expect(board.locator(".help")).to_be_visible()
    found += check_every_look(board, "help of the board", within=".dialog")
    board.keyboard.press("Escape")
    board.keyboard.press("KeyH")
    expect(board.locator("[data-measure]").first).to_be_visible()
    found += check_every_look(board, "the last hour", within=".trends")
    look(board, "fa", "day")
    board.keyboard.press("KeyW")
    expect(board.locator(".wall-numbers")).to_be_visible()
    # By day and night it goes by the clock, so it is read as it is now.
    found += [f"wall: {said}" for said in (*complaints(board), *strangers(board, (PLACE,)))]
    station = next(s for s in seats(site) if s["role"] == "station_desk" and s["province"] == PROVINCE)
    board = sit(station["id"], "board")
    expect(board.locator(".board-head")).to_be_visible(timeout=20_000)
    board.keyboard.press("KeyS")
    expect(board.locator(".crew-form")).to_be_visible()
    found += check_every_look(board, "crews of the shift", within=".dialog")
    assert found == [], "\n".join(found)


def test_the_handheld_and_the_first_page_have_no_fault_by_day_or_night(site: str, sit: Sit) -> None:
    car = [s for s in seats(site) if s["role"] == "officer" and s["province"] == PROVINCE][8]
    handheld, place = ready_handheld(site, sit, car)
    found = check_every_look(handheld, "handheld at rest", HAND_LOOKS)
    look(handheld, "fa", "day")
    handheld.get_by_role("button", name="وضعیت و تنظیمات").click()
    expect(handheld.get_by_text("نقشهٔ همراه")).to_be_visible(timeout=20_000)
    found += check_every_look(handheld, "status and map", (HAND_LOOKS[0], LOOKS[-1]), within=".sheet")
    look(handheld, "fa", "day")
    handheld.get_by_role("button", name="بازگشت").click()
    handheld.keyboard.press("F1")
    expect(handheld.locator(".help")).to_be_visible()
    found += check_every_look(handheld, "help of the handheld", (HAND_LOOKS[0], LOOKS[-1]), within=".sheet")
    handheld.keyboard.press("Escape")
    console = sit(f"dispatcher:{PROVINCE}", "console")
    open_incident(site, console, place, priority=1)
    expect(handheld.get_by_role("button", name="Accept")).to_be_visible(timeout=40_000)
    found += [f"offer: {said}" for said in complaints(handheld)]
    first = sit(f"call_taker:{PROVINCE}", "")
    expect(first.locator("h1")).to_be_visible()
    found += check_every_look(first, "first page")
    first.keyboard.press("F1")
    expect(first.locator(".help")).to_be_visible()
    found += check_every_look(first, "help of the first page", LOOKS[:1], within=".dialog")
    assert found == [], "\n".join(found)


@pytest.mark.parametrize("lang", ["fa", "en"])
def test_what_came_in_word_for_word_has_no_fault(site: str, sit: Sit, lang: str) -> None:
    page = sit(f"dispatcher:{PROVINCE}", f"raw?lang={lang}&still=1")
    found = []
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)
        found += [f"{lang} {scheme}: {said}" for said in [*complaints(page), *strangers(page)]]
    assert found == []


def test_the_hint_of_an_empty_field_reads_as_the_page_does_and_words_as_they_are(sit: Sit) -> None:
    console = sit(f"dispatcher:{PROVINCE}", "console")
    console.locator("[role=row]", has_text="A01").first.click()
    box = console.locator(".talk-write textarea").first
    for lang, reads in (("fa", "rtl"), ("en", "ltr")):
        look(console, lang, "day")
        for words, direction in (("", reads), ("hello", "ltr"), ("سلام", "rtl"), ("", reads)):
            box.fill(words)
            expect(box).to_have_css("direction", direction)
