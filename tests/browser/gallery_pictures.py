"""
Pictures and measures of the gallery (`web/src/features/gallery`), taken, kept and compared.

    python -m tests.browser.gallery_pictures     take them anew and keep them: look at what changed before you commit it

Of every look there are measures, and a picture of each piece. Measures are the box, the colours and the type of each element as the
browser computed them: exact, and the same on every machine but for the width of text, so they find a colour or a size that changed.
Pictures find what measures cannot: a missing glyph, an icon, something painted above something else. They are compared small and
blurred, because no two versions of Chromium draw the edge of a letter alike.
"""

import io
import json
import mimetypes
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image, ImageDraw
from playwright.sync_api import Browser, Page, Route, sync_playwright

from tests.browser.conftest import ARGS, CHROMIUM, ROOT

BUILT = ROOT / "web/dist/gallery"
KEPT = Path(__file__).parent / "gallery"
FAILED = ROOT / "var/gallery"
LOOKS = [(lang, theme) for theme in ("day", "night", "glare") for lang in ("fa", "en")]
ADDRESS = "http://gallery.invalid"
DAY = "2026-11-22T12:00:00Z"

# Text may be so much wider or narrower where letters are hinted otherwise; then things beside it move as far.
MOVED_PX, MOVED_SHARE = 3, 0.02
# Of 8 by 8 pixels the mean may differ so much (of 255), and so many such squares of a piece may differ more.
SQUARE = 8
DIFFERS, SQUARES_MOST = 18.0, 2

# The maps take their new colours a few frames after the page.
MAPS_REST_MS = 700
# What opens above the page: its name, what opens it, what it is.
OPENED = (
    ("dialog-open", "[data-piece=dialog] button", ".dialog"),
    ("choice-open", "[data-piece=choice] .choice-open", ".choice-list"),
)

MEASURE = (Path(__file__).parent / "gallery_measure.js").read_text(encoding="utf-8")

Measures = dict[str, Any]


@dataclass(frozen=True)
class Taken:
    """One look: its measures, and a picture of each piece."""

    measures: Measures
    pictures: dict[str, Image.Image]


def serve(route: Route) -> None:
    """Answer from the built files; a page that needs anything else fails."""
    path = route.request.url.removeprefix(ADDRESS).split("?")[0].lstrip("/")
    file = BUILT / path
    if not file.is_file():
        route.abort()
        return
    route.fulfill(body=file.read_bytes(), content_type=mimetypes.guess_type(file.name)[0] or "application/octet-stream")


@contextmanager
def gallery(browser: Browser) -> Iterator[Page]:
    """Open the gallery, everything in it come to rest and in the state that it shows."""
    assert (BUILT / "gallery.html").exists(), "the gallery is not built: cd web && npm run gallery"
    context = browser.new_context(viewport={"width": 1200, "height": 900}, reduced_motion="reduce", locale="fa-IR")
    page = context.new_page()
    faults: list[str] = []
    page.on("pageerror", lambda error: faults.append(str(error)))
    page.route("**/*", serve)
    # The calendar marks the day that is today.
    page.clock.set_fixed_time(DAY)
    page.goto(f"{ADDRESS}/gallery.html")
    for loaded in (".date-input [role=spinbutton]", "button.choice-open", ".number-box"):
        page.wait_for_selector(loaded)
    page.evaluate("document.fonts.ready")
    for box in page.locator("[data-act=press]").all():
        box.locator("button").first.click()
    page.wait_for_selector(".calendar")
    # What takes long says so after five seconds.
    page.wait_for_selector(".skeleton ~ .state", timeout=20_000)
    page.locator(".sample-map .maplibregl-canvas").nth(1).wait_for()
    page.locator(".sample-map .map-pictures").wait_for()
    force(page)
    yield page
    context.close()
    assert faults == [], faults


def force(page: Page) -> None:
    """Let controls look pointed at or focused, many at a time."""
    tools = page.context.new_cdp_session(page)
    tools.send("DOM.enable")
    tools.send("CSS.enable")
    root = tools.send("DOM.getDocument")["root"]["nodeId"]
    first = ":is(button:first-of-type, input, select, textarea, [role=grid])"
    for selector, states in (
        (f"[data-act=hover] {first}", ["hover"]),
        (f"[data-act=focus] {first}", ["focus", "focus-visible"]),
        ("[data-act=focus] .command-box", ["focus-within"]),
    ):
        for node in tools.send("DOM.querySelectorAll", {"nodeId": root, "selector": selector})["nodeIds"]:
            tools.send("CSS.forcePseudoState", {"nodeId": node, "forcedPseudoClasses": states})


def look(page: Page, lang: str, theme: str) -> None:
    """Show the page in this language and theme, without loading it again."""
    kept = json.dumps({"state": {"lang": lang, "theme": theme}, "version": 0})
    page.evaluate(
        """kept => {
        localStorage.setItem('nazdik.prefs', kept);
        dispatchEvent(new StorageEvent('storage', {key: 'nazdik.prefs'}));
    }""",
        kept,
    )
    page.wait_for_selector(f"html[lang={lang}][data-theme={theme}]")
    page.evaluate("() => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))")


def take(page: Page, lang: str, theme: str) -> Taken:
    """Measure and picture every piece in one look."""
    look(page, lang, theme)
    page.wait_for_timeout(MAPS_REST_MS)
    page.locator("[data-act=arrow] input").press("ArrowDown")
    page.mouse.move(0, 0)
    measures = page.evaluate(MEASURE)
    boxes = page.evaluate(
        """() => [...document.querySelectorAll('.piece')].map(piece => {
        const box = piece.getBoundingClientRect();
        return [piece.dataset.piece, box.x, box.y + scrollY, box.right, box.bottom + scrollY].map(
          n => typeof n === 'number' ? Math.round(n) : n);
    })"""
    )
    whole = Image.open(io.BytesIO(page.screenshot(full_page=True, animations="disabled", caret="hide"))).convert("RGB")
    pictures = {name: whole.crop((x, y, right, bottom)) for name, x, y, right, bottom in boxes}
    for name, opener, opened in OPENED:
        page.locator(opener).first.click()
        box = page.locator(opened)
        box.wait_for()
        measures[name] = page.evaluate(MEASURE)[name]
        pictures[name] = Image.open(io.BytesIO(box.screenshot(animations="disabled"))).convert("RGB")
        page.keyboard.press("Escape")
        box.wait_for(state="detached")
    return Taken(measures, pictures)


def differences(kept: Measures, now: Measures) -> list[str]:
    """Say what is measured otherwise than it was, one line for each element."""
    said = [f"{name}: gone" for name in kept if name not in now] + [f"{name}: new" for name in now if name not in kept]
    for name in kept.keys() & now.keys():
        before, after = kept[name]["rows"], now[name]["rows"]
        if [row[0] for row in before] != [row[0] for row in after]:
            said.append(f"{name}: other elements: {len(before)} before, {len(after)} now")
            continue
        for (element, was, looked), (_, box, looks) in zip(before, after, strict=True):
            if looked != looks:
                said.append(f"{name} {element}: looked {looked}, looks {looks}")
            # Texts beside one another push one another along; so much in all.
            room = [MOVED_PX + MOVED_SHARE * (was[n % 2] + was[2 + n % 2]) for n in range(4)]
            if any(abs(a - b) > most for a, b, most in zip(was, box, room, strict=True)):
                said.append(f"{name} {element}: was at {was[:2]} of size {was[2:]}, is at {box[:2]} of size {box[2:]}")
    return said


def squares(picture: Image.Image, size: tuple[int, int]) -> "np.ndarray[Any, np.dtype[np.float64]]":
    """The mean colour of each square of pixels, the picture laid on a ground of `size`."""
    ground = Image.new("RGB", size, picture.getpixel((0, picture.height - 1)))
    ground.paste(picture)
    small = ground.reduce(SQUARE)
    return np.asarray(small, dtype=np.float64)


def unlike(kept: Image.Image, now: Image.Image) -> "np.ndarray[Any, np.dtype[np.bool_]]":
    """Which squares differ, a shift of less than half a square forgiven."""
    size = (max(kept.width, now.width), max(kept.height, now.height))
    best = None
    for dx, dy in ((0, 0), (-1, 0), (1, 0), (0, -1), (0, 1)):
        shifted = Image.new("RGB", now.size, now.getpixel((0, now.height - 1)))
        shifted.paste(now, (dx, dy))
        off = np.abs(squares(kept, size) - squares(shifted, size)).max(axis=2)
        best = off if best is None else np.minimum(best, off)
    assert best is not None
    differing: np.ndarray[Any, np.dtype[np.bool_]] = best > DIFFERS
    return differing


def explain(kept: Image.Image, now: Image.Image, where: "np.ndarray[Any, np.dtype[np.bool_]]") -> Image.Image:
    """Before, now, and now with what differs framed: one below the other."""
    marked = now.copy()
    pen = ImageDraw.Draw(marked)
    for y, x in zip(*np.nonzero(where), strict=True):
        pen.rectangle((x * SQUARE, y * SQUARE, (x + 1) * SQUARE, (y + 1) * SQUARE), outline=(255, 0, 200), width=2)
    width = max(kept.width, now.width)
    sheet = Image.new("RGB", (width, kept.height + 2 * now.height + 24), (255, 0, 200))
    y = 0
    for each in (kept, now, marked):
        sheet.paste(each, (0, y))
        y += each.height + 12
    return sheet


def folder(lang: str, theme: str) -> Path:
    return KEPT / f"{lang}-{theme}"


def load(lang: str, theme: str) -> Taken:
    """Read what is kept of a look."""
    place = folder(lang, theme)
    measures = json.loads((place / "measures.json").read_text(encoding="utf-8"))
    return Taken(measures, {file.stem: Image.open(file).convert("RGB") for file in sorted(place.glob("*.png"))})


def keep(taken: Taken, lang: str, theme: str) -> int:
    """Write what differs from what is kept of a look, pictures with 96 colours; return how many bytes the look takes."""
    place = folder(lang, theme)
    place.mkdir(parents=True, exist_ok=True)
    before = load(lang, theme) if (place / "measures.json").exists() else Taken({}, {})
    for name in before.pictures.keys() - taken.pictures.keys():
        (place / f"{name}.png").unlink()
    if differences(before.measures, taken.measures):
        (place / "measures.json").write_text(written(taken.measures), encoding="utf-8")
    for name, picture in taken.pictures.items():
        kept = before.pictures.get(name)
        if kept is None or kept.size != picture.size or unlike(kept, picture).any():
            few = picture.quantize(96, method=Image.Quantize.FASTOCTREE, dither=Image.Dither.NONE)
            few.save(place / f"{name}.png", optimize=True)
    return sum(file.stat().st_size for file in place.iterdir())


def written(measures: Measures) -> str:
    """Return measures as JSON, an element a line."""
    pieces = []
    for name, piece in measures.items():
        rows = ",\n".join(json.dumps(row, separators=(",", ":")) for row in piece["rows"])
        pieces.append(f'"{name}": {{"size": {piece["size"]}, "rows": [\n{rows}\n]}}')
    return "{\n" + ",\n".join(pieces) + "\n}\n"


def main() -> int:
    """Take every look anew."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGS)
        with gallery(browser) as page:
            size = sum(keep(take(page, lang, theme), lang, theme) for lang, theme in LOOKS)
        browser.close()
    print(f"{len(LOOKS)} looks, {size / 1024:.0f} KB in {KEPT.relative_to(ROOT)}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
