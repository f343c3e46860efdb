"""The handheld on a common and on the smallest phone: help stays in sight, nothing is cut, targets are as wide as a thumb."""

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import PROVINCE, Sit, Site
from tests.browser.test_accessibility import complaints, look
from tests.browser.test_handheld_offline import HERE, at_work, command
from tests.browser.test_whole_loop import open_incident

pytestmark = pytest.mark.browser
SIZES = ((360, 740), (320, 568))
LOOKS = (("fa", "glare"), ("en", "night"))
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
  for (const b of document.querySelectorAll(".gate-sign, .sheet-head h1")) {
    const { top, left, right } = b.getBoundingClientRect();
    if (left < 0 || right > innerWidth || top < 0) said.push(`${b.innerText} is over the edge`);
  }
  return said;
}"""


def each_size(page: Page, what: str) -> list[str]:
    found: list[str] = []
    for width, height in SIZES:
        page.set_viewport_size({"width": width, "height": height})
        for lang, theme in LOOKS:
            look(page, lang, theme)
            found += [f"{what} {width} {lang}: {each}" for each in (*page.evaluate(MEASURE), *complaints(page))]
    look(page, "fa", "day")
    page.set_viewport_size({"width": 360, "height": 740})
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
    page.get_by_role("button", name="بیشتر", exact=True).click()
    page.get_by_role("button", name="پرسش پلاک").click()
    expect(page.locator(".plate-pad")).to_be_visible()
    found += each_size(page, "plate")
    page.get_by_role("button", name="بازگشت").click()
    page.context.set_offline(True)
    expect(page.locator(".banners .strip")).to_be_visible(timeout=40_000)
    found += each_size(page, "on scene without a network")
    page.get_by_role("button", name="پایان مأموریت", exact=True).click()
    found += each_size(page, "finish")
    page.get_by_role("button", name="گزارش گرفته شد").click()
    expect(page.locator(".home-body")).to_be_visible()
    found += each_size(page, "done without a network")
    page.context.set_offline(False)
    expect(page.locator(".tray")).to_contain_text("همه فرستاده شد", timeout=60_000)
    assert found == [], "\n".join(found)


def test_on_the_way_and_when_the_time_to_answer_passed(site: Site, sit: Sit) -> None:
    unit = f"{PROVINCE}.u.A07"
    page = sit(f"officer:{unit}", "field", width=360, height=740, at=(HERE[0], HERE[1]))
    desk = sit(f"dispatcher:{PROVINCE}", "")
    page.get_by_role("button", name="آمادهٔ خدمت").click()
    page.get_by_role("button", name="شروع").click()
    expect(page.locator(".home-sign")).to_have_text("A07", timeout=30_000)
    page.wait_for_timeout(2_000)  # Its heartbeat and position are on their way as on any day.
    found = each_size(page, "at rest")
    open_incident(site, desk, [HERE[0] + 0.01, HERE[1] + 0.006], priority=1)
    expect(page.locator(".offer .accept")).to_be_visible(timeout=40_000)
    late = page.get_by_role("heading", name="مهلت پاسخ گذشت")
    expect(late).to_be_visible(timeout=40_000)
    page.wait_for_timeout(600)  # Inert and pale at first, so that no stray touch accepts it.
    found += each_size(page, "too late")
    page.locator(".accept").click()
    expect(page.locator(".turn:not([data-empty])")).to_be_visible(timeout=40_000)
    found += each_size(page, "on the way")
    incident = desk.request.get(f"{site}/v1/incidents").json()["incidents"][0]["id"]
    command(desk, f"{site}/v1/incidents/{incident}/cancel", {})
    assert found == [], "\n".join(found)
