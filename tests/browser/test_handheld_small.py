"""The handheld on a common and on the smallest phone: help stays in sight, nothing is cut, targets are as wide as a thumb."""

import json

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import PROVINCE, Sit, Site
from tests.browser.test_accessibility import complaints, look
from tests.browser.test_handheld_offline import HERE, at_work, command

pytestmark = pytest.mark.browser
# The common phone, and the smallest in both languages: whose words are longer differs from place to place.
LOOKS = ((360, 740, "fa", "glare"), (320, 568, "fa", "glare"), (320, 568, "en", "night"))
FIGHT = {
    "kind": "fight",
    "priority": 2,
    "place": (
        "بزرگراه همت غرب، پس از پل یادگار امام، خروجی شهرک غرب، بلوار دادمان، خیابان فخارمقدم، کوچهٔ نسترن دوم، پلاک ۲۱۴، واحد ۱۸"
    ),
    "hazards": "یکی از آن‌ها چاقو دارد",
    "narrative": "دو نفر در پیاده‌رو درگیرند و یکی روی زمین افتاده است.",
}
DOG = {
    "hazard": "dog",
    "text": "سگ نگهبان بزرگ در حیاط باز است و به غریبه‌ها حمله می‌کند؛ زنگ بزنید و منتظر بمانید",
    "severe": True,
    "days": 2,
    "review_days": 1,
}
# UX.md §5: 76 px in motion; the letters of a plate are asked for at rest only, 48 px there.
MEASURE = """() => {
  const said = [];
  if (document.documentElement.scrollWidth > innerWidth) said.push("wider than the screen");
  for (const b of document.querySelectorAll(".hand button, .hand a.btn, .hand label.tile")) {
    const { width, height } = b.getBoundingClientRect();
    const least = b.closest(".plate-pad") ? 48 : 76;
    if (width && (width < least - 0.5 || height < least - 0.5)) said.push(`${b.innerText} is ${width} by ${height}`);
    if (b.scrollWidth > b.clientWidth + 1) said.push(`${b.innerText} is cut`);
  }
  for (const b of document.querySelectorAll(".sos"))
    if (b.getBoundingClientRect().bottom > innerHeight + 0.5) said.push("the call for help is below the edge");
  for (const b of document.querySelectorAll(".turn"))
    if (b.scrollHeight > b.clientHeight + 6) said.push("the next turn is cut");  // Letters reach a little out of their lines.
  for (const b of document.querySelectorAll(".mission-where, .home-body"))
    if (b.clientHeight + 1 < Math.min(40, b.scrollHeight)) said.push("nothing is seen of where it is");
  // The main button is whole, and over what always stands at the foot.
  const edge = Math.min(innerHeight, ...[...document.querySelectorAll(".hand > .foot, .gone .offer-row")].map(
    (b) => b.getBoundingClientRect().top));
  for (const b of document.querySelectorAll(".hand .accept, .shout .btn[data-size=main]")) {
    const { height, top, bottom } = b.getBoundingClientRect();
    if (height < 127.5) said.push(`${b.innerText} is ${height} high`);
    if (top < -0.5 || bottom > edge + 0.5) said.push(`${b.innerText} is not whole: ${top} to ${bottom} of ${edge}`);
  }
  // What has to be read at a glance is whole in its box; of a long address, its first line is.
  const glance = ".facts, .hazard, .offer-over, .gate-why, .tests li, .home-body h1, .gone-who, .mission-place";
  for (const box of document.querySelectorAll(".gate-body, .offer-body, .home-body, .gone-body, .mission-where")) {
    const seen = Math.min(box.getBoundingClientRect().bottom, edge);
    const shown = new Set();
    const all = [...box.querySelectorAll(glance)];
    for (const b of all.sort((one, other) => one.getBoundingClientRect().top - other.getBoundingClientRect().top)) {
      // Of a hazard that has to be read, where that is said.
      const { bottom } = (b.querySelector(":scope.hazard > .btn") ?? b).getBoundingClientRect();
      const { top } = b.getBoundingClientRect();
      // One of each: what comes after the first failed check, or the first hazard, is pushed into sight.
      const sort = b.matches(".hazard") ? "hazard" : b.className + b.tagName;
      if (shown.has(sort)) continue;
      shown.add(sort);
      const begins = b.matches(".mission-place, .offer:has(.reasons) .hazard");
      if ((begins ? top + 24 : bottom) > seen + 2) said.push(`${b.innerText} is below the edge`);
    }
  }
  for (const b of document.querySelectorAll(".gate-name, .home-facts dd"))
    if (b.getClientRects().length && b.offsetHeight > 1.8 * parseFloat(getComputedStyle(b).fontSize) + 4)
      said.push(`${b.innerText} takes two lines`);
  for (const b of document.querySelectorAll(".gate-sign, .sheet-head h1")) {
    const { top, left, right } = b.getBoundingClientRect();
    if (left < 0 || right > innerWidth || top < 0) said.push(`${b.innerText} is over the edge`);
  }
  return said;
}"""


def each_size(page: Page, what: str, *, axe: bool = True) -> list[str]:
    """Return what is cut, small or hidden on two phones, and what axe says of the page in either language."""
    found: list[str] = []
    for n, (width, height, lang, theme) in enumerate(LOOKS):
        page.set_viewport_size({"width": width, "height": height})
        look(page, lang, theme)
        heard = complaints(page) if axe and n != 1 else []
        found += [f"{what} {width} {lang}: {each}" for each in (*page.evaluate(MEASURE), *heard)]
    look(page, "fa", "day")
    page.set_viewport_size({"width": 360, "height": 740})
    return found


def hold(page: Page, part: str) -> None:
    """Press for as long as it takes to call for help, or to say that it is over."""
    page.locator(part).hover()
    page.mouse.down()
    page.wait_for_timeout(1_800)
    page.mouse.up()


def refused(page: Page) -> list[str]:
    """Write a note that the server does not take, and read so."""
    answer = json.dumps({"status": 409, "code": "dispatch.incident_is_closed", "title": "بسته است"})
    page.route(
        "**/notes", lambda route: route.fulfill(status=409, body=answer, content_type="application/problem+json")
    )
    page.get_by_role("button", name="یادداشت", exact=True).click()
    page.get_by_role("textbox").fill("دو نفر رفتند")
    page.get_by_role("button", name="فرستادن", exact=True).click()
    expect(page.locator(".tray")).to_contain_text("پذیرفته نشد")
    found = each_size(page, "refused", axe=False)
    page.locator(".tray").click()
    found += each_size(page, "what was refused")
    page.locator(".out .btn").first.click()
    page.get_by_role("button", name="بازگشت").click()
    page.unroute("**/notes")
    return found


def test_from_duty_to_the_end_of_an_event_with_and_without_a_network(site: Site, sit: Sit) -> None:
    page = sit(f"officer:{PROVINCE}.u.A07", "field", width=360, height=740, at=(HERE[0], HERE[1]))
    expect(page.get_by_role("button", name="آمادهٔ خدمت")).to_be_visible()
    found = each_size(page, "before duty")
    at_work(page, site)
    found += each_size(page, "on scene")
    for name in ("شرح", "نیروی کمکی", "بیشتر"):
        page.get_by_role("button", name=name, exact=True).click()
        expect(page.locator(".sheet-head")).to_be_visible()
        found += each_size(page, name)
        page.get_by_role("button", name="بازگشت").click()
    found += refused(page)
    page.get_by_role("button", name="بیشتر", exact=True).click()
    page.get_by_role("button", name="پرسش پلاک").click()
    expect(page.locator(".plate-pad")).to_be_visible()
    found += each_size(page, "plate")
    page.get_by_role("button", name="بازگشت").click()
    page.context.set_offline(True)
    expect(page.locator(".banners .strip")).to_be_visible(timeout=40_000)
    page.get_by_role("button", name="پایان مأموریت", exact=True).click()
    found += each_size(page, "finish")
    page.get_by_role("button", name="بازگشت").click()
    # The longest that the strip gets: how old all this is, too.
    expect(page.locator(".strip small")).to_be_visible(timeout=40_000)
    found += each_size(page, "on scene without a network")
    page.get_by_role("button", name="پایان مأموریت", exact=True).click()
    page.get_by_role("button", name="گزارش گرفته شد").click()
    expect(page.locator(".home-body")).to_be_visible()
    found += each_size(page, "done without a network")
    # Who called for help is not told to be ready.
    hold(page, ".foot .sos")
    expect(page.locator(".home-body h1")).to_have_text("در انتظار کمک")
    found += each_size(page, "help is called for at rest, without a network")
    hold(page, ".sos-end")
    expect(page.locator(".emergency")).to_have_count(0)
    page.context.set_offline(False)
    expect(page.locator(".tray")).to_contain_text("همه فرستاده شد", timeout=60_000)
    assert found == [], "\n".join(found)


def test_on_the_way_and_when_the_time_to_answer_passed(site: Site, sit: Sit) -> None:
    unit = f"{PROVINCE}.u.A07"
    page = sit(f"officer:{unit}", "field", width=360, height=740, at=(HERE[0], HERE[1]))
    desk = sit(f"dispatcher:{PROVINCE}", "")
    page.get_by_role("button", name="آمادهٔ خدمت").click()
    expect(page.get_by_role("button", name="شروع")).to_be_visible()
    found = each_size(page, "device test", axe=False)
    page.get_by_role("button", name="شروع").click()
    expect(page.locator(".home-sign")).to_have_text("A07", timeout=30_000)
    page.wait_for_timeout(2_000)  # Its heartbeat and position are on their way as on any day.
    found += each_size(page, "at rest", axe=False)
    for n in range(6):
        command(desk, f"{site}/v1/units/{unit}/messages", {"text": f"{n}: میدان ولی‌عصر را دور بزنید و از جنوب نیایید."})
    expect(page.locator(".home-talk")).to_contain_text("۶")
    found += each_size(page, "messages to be read")
    for part in (".tray", ".home-talk", ".pair .btn"):
        page.locator(part).first.click()
        expect(page.locator(".sheet-head")).to_be_visible()
        found += each_size(page, part)
        page.get_by_role("button", name="بازگشت").click()
    there = [HERE[0] + 0.01, HERE[1] + 0.006]
    severe = command(desk, f"{site}/v1/premises", {**DOG, "point": there})
    begun = command(desk, f"{site}/v1/incidents", {**FIGHT, "point": there})
    expect(page.locator(".offer .accept")).to_be_visible(timeout=40_000)
    expect(page.locator(".offer .hazard > .btn")).to_be_visible()
    page.wait_for_timeout(600)  # Inert and pale at first, so that no stray touch accepts it.
    # Some seconds are left: nothing but what is seen at a glance.
    found += each_size(page, "offer", axe=False)
    # The second half of a double tap falls upon what stands there then, and means nothing.
    page.wait_for_timeout(600)
    page.get_by_role("button", name="نمی‌توانم").dblclick()
    expect(page.get_by_role("group", name="چرا نمی‌توانید؟").get_by_role("button")).to_have_count(4)
    page.wait_for_timeout(600)
    found += each_size(page, "reasons", axe=False)
    late = page.get_by_role("heading", name="مهلت پاسخ گذشت")
    expect(late).to_be_visible(timeout=40_000)
    page.wait_for_timeout(600)  # Inert and pale at first, so that no stray touch accepts it.
    found += each_size(page, "too late")
    page.locator(".accept").click()
    expect(page.locator(".turn:not([data-empty])")).to_be_visible(timeout=40_000)
    found += each_size(page, "on the way", axe=False)
    page.locator(".hazard > .btn").click()
    expect(page.locator(".hazard > .btn")).to_have_count(0)
    found += each_size(page, "on the way, the hazard is read")
    command(desk, f"{site}/v1/premises/{severe['note_id']}/remove", {})
    hold(page, ".foot .sos")
    expect(page.locator(".emergency")).to_contain_text("مرکز خبر دارد")
    found += each_size(page, "help is called for on the way")
    hold(page, ".sos-end")
    expect(page.locator(".emergency")).to_have_count(0)
    incident = begun["incident_id"]
    command(desk, f"{site}/v1/incidents/{incident}/priority", {"priority": 1})
    expect(page.locator(".shout")).to_be_visible()
    found += each_size(page, "changed")
    page.locator(".shout .btn").click()
    # Asked for where there is no network, and over by the time it arrives: that nobody comes is said.
    page.context.set_offline(True)
    page.get_by_role("button", name="نیروی کمکی", exact=True).click()
    hold(page, ".backup-urgent")
    expect(page.locator(".mission-backup")).to_be_visible()
    expect(page.locator(".banners .strip")).to_be_visible(timeout=40_000)
    found += each_size(page, "on the way without a network", axe=False)
    command(desk, f"{site}/v1/incidents/{incident}/cancel", {})
    page.context.set_offline(False)
    expect(page.locator(".gone")).to_contain_text("پذیرفته نشد: درخواست نیروی کمکی", timeout=60_000)
    found += each_size(page, "cancelled")
    assert found == [], "\n".join(found)
