"""Every shared piece in every state looks as it was last agreed, in both languages and all themes; axe has no complaint."""

import shutil
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page

from tests.browser.gallery_pictures import (
    FAILED,
    LOOKS,
    OPENED,
    differences,
    explain,
    gallery,
    load,
    look,
    take,
    unlike,
)
from tests.browser.gallery_pictures import SQUARES_MOST as MOST
from tests.browser.test_accessibility import complaints, strangers

pytestmark = pytest.mark.browser
WEBGL = True
HOW = "If it was meant: python -m tests.browser.gallery_pictures, look at the pictures, and commit them."


@pytest.fixture(scope="module")
def pieces(browser: Browser) -> Iterator[Page]:
    shutil.rmtree(FAILED, ignore_errors=True)
    with gallery(browser) as page:
        yield page


@pytest.mark.parametrize(("lang", "theme"), LOOKS)
def test_every_piece_looks_as_it_was_agreed(pieces: Page, lang: str, theme: str) -> None:
    kept, now = load(lang, theme), take(pieces, lang, theme)
    said = differences(kept.measures, now.measures)
    for name in sorted(kept.pictures.keys() & now.pictures.keys()):
        where = unlike(kept.pictures[name], now.pictures[name])
        if where.sum() > MOST or (said and any(line.startswith(f"{name} ") for line in said)):
            FAILED.mkdir(parents=True, exist_ok=True)
            file = FAILED / f"{lang}-{theme}-{name}.png"
            explain(kept.pictures[name], now.pictures[name], where).save(file)
            said.append(f"{name}: {where.sum()} squares look otherwise: before, now and where in {file}")
    assert kept.pictures.keys() == now.pictures.keys(), HOW
    assert said == [], "\n".join([*said, HOW])
    assert complaints(pieces) == []


def starts(page: Page, selector: str) -> list[float]:
    """Return where each of the elements begins from the left."""
    found: list[float] = page.locator(selector).evaluate_all("all => all.map(e => e.getBoundingClientRect().left)")
    return found


@pytest.mark.parametrize("lang", ["fa", "en"])
def test_codes_dates_times_and_plates_are_read_in_the_right_direction(pieces: Page, lang: str) -> None:
    look(pieces, lang, "day")
    assert strangers(pieces) == []
    plate = starts(pieces, ".plate[data-size=large] :is(.plate-strip, .plate-number > *, .plate-region)")
    assert len(plate) == 5 and plate == sorted(plate), "strip, two digits, letter, three digits, region"
    boxes = starts(pieces, ".plate-boxes input")
    assert len(boxes) == 4 and boxes == sorted(boxes)
    moment = pieces.locator(".date-input", has=pieces.locator("[data-type=hour]")).first
    segments = moment.locator("[role=spinbutton]").evaluate_all(
        "all => Object.fromEntries(all.map(e => [e.dataset.type, e.getBoundingClientRect().left]))"
    )
    assert segments["year"] < segments["month"] < segments["day"] and segments["hour"] < segments["minute"]
    assert (segments["hour"] < segments["year"]) == (lang == "fa"), "the time follows the date in reading"
    ends = pieces.locator("[data-kind=dateLong]").evaluate(
        """element => [0, element.textContent.length - 1].map(n => {
            const range = document.createRange();
            range.setStart(element.firstChild, n);
            range.setEnd(element.firstChild, n + 1);
            return range.getBoundingClientRect().left;
        })"""
    )
    assert (ends[0] > ends[1]) == (lang == "fa"), "a date in words is read as the words are"


@pytest.mark.parametrize("lang", ["fa", "en"])
def test_what_opens_above_the_page_speaks_its_language(pieces: Page, lang: str) -> None:
    look(pieces, lang, "day")
    for _, opener, opened in OPENED:
        pieces.locator(opener).first.click()
        pieces.locator(opened).wait_for()
        assert strangers(pieces) == [] and complaints(pieces) == [], opened
        pieces.keyboard.press("Escape")
        pieces.locator(opened).wait_for(state="detached")
    box = pieces.locator(".number-box")
    for _ in range(2):
        box.get_by_role("button").last.click()
    assert strangers(pieces) == []
    assert box.get_by_role("textbox").input_value() == ("۱۲" if lang == "fa" else "12")


@pytest.mark.parametrize("lang", ["fa", "en"])
def test_why_a_button_cannot_run_is_read_by_keyboard_too(pieces: Page, lang: str) -> None:
    look(pieces, lang, "day")
    button = pieces.locator("button[aria-disabled=true][data-tip]").first
    pieces.keyboard.press("Shift")  # The last hand was at the keyboard.
    button.focus()
    tip = pieces.locator("[role=tooltip]")
    tip.wait_for()
    assert tip.inner_text() == button.get_attribute("data-tip") and strangers(pieces) == []
    # It lies above the landmarks, as dialogs do.
    assert [said for said in complaints(pieces) if "data-overlay-container" not in said] == []
    # A page that moves under it takes it away until it stands still again.
    pieces.evaluate(
        "() => { document.querySelector('[role=tooltip]').dataset.before = 'yes'; scrollBy(0, scrollY > 20 ? -20 : 20) }"
    )
    pieces.locator("[role=tooltip]:not([data-before])").wait_for()
    pieces.keyboard.press("Escape")
    tip.wait_for(state="detached")
    button.hover()
    tip.wait_for()
    pieces.mouse.move(1, 1)
    tip.wait_for(state="detached")
    pieces.evaluate("document.activeElement.blur()")


def test_what_is_in_the_wrong_language_or_direction_is_seen(pieces: Page) -> None:
    look(pieces, "en", "day")
    pieces.evaluate(
        "document.body.append(Object.assign(document.createElement('p'), {id: 'odd', textContent: 'سلام'}))"
    )
    assert [said for said in strangers(pieces) if "سلام" in said]
    look(pieces, "fa", "day")
    assert strangers(pieces) == []
    for odd in ("Hello there", "تلفن ۰۶۱۱ ۵۵۵ ۰۱۱۰", "نقطهٔ 31.3210, 48.6840"):
        pieces.evaluate("odd => { document.getElementById('odd').textContent = odd }", odd)
        assert len(strangers(pieces)) == 1, odd
    assert strangers(pieces, ["نقطهٔ 31.3210, 48.6840"]), "that words came from people does not turn them round"
    pieces.evaluate("document.getElementById('odd').remove()")


def test_the_language_is_switched_without_a_reload(pieces: Page) -> None:
    look(pieces, "fa", "day")
    pieces.evaluate("window.stillHere = true")
    for lang in ("en", "fa"):
        pieces.get_by_role("button", name="English" if lang == "en" else "فارسی", exact=True).click()
        pieces.wait_for_selector(f"html[lang={lang}]")
        assert pieces.locator("[data-piece=date] .calendar h2").last.inner_text() == (
            "November 2026" if lang == "en" else "آبان ۱۴۰۵"
        )
    assert pieces.evaluate("window.stillHere") is True
