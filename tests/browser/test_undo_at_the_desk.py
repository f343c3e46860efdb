"""What a desk says for a crew by one key is taken back by another; what was missed, and who was faster, is said in words."""

import re
import time
import uuid
from datetime import datetime
from typing import Any

import httpx
import pytest
from playwright.sync_api import Page, WebSocketRoute, expect

from tests.browser.conftest import PROVINCE, Sit, Site
from tests.browser.test_accessibility import look
from tests.browser.test_whole_loop import newest, offices_of, open_incident, ready_handheld, seats

pytestmark = pytest.mark.browser
WITHIN_S = 40
SAID = {
    "fa": (
        "برگردانده شد؛ هر دو در گاه‌شمار می‌ماند",
        "برگردانده شد؛ پذیرفتن سر جایش است",
        "اشتباه بود و میز آن را برگرداند",
    ),
    "en": ("taken back; both stay in the timeline", "taken back; that it was accepted stands", "the desk took it back"),
}


TIMER = {"fa": "بررسی سلامت در زمان دیگر", "en": "Safety check at another time"}


def apart_s(one: str, other: str) -> float:
    """Seconds between two instants as the server writes them."""
    return (datetime.fromisoformat(one) - datetime.fromisoformat(other)).total_seconds()


def until(site: Site, page: Page, **wanted: Any) -> dict[str, Any]:
    """Wait until the newest incident's assignment is as wanted."""
    end = time.monotonic() + WITHIN_S
    while True:
        assignments = newest(site, page)["assignments"]
        if assignments and {name: assignments[0][name] for name in wanted} == wanted:
            found: dict[str, Any] = assignments[0]
            return found
        assert time.monotonic() < end, (wanted, assignments)
        time.sleep(0.1)


def say(page: Page, command: str) -> None:
    page.keyboard.press("F3")
    page.keyboard.type(command)
    expect(page.locator(".command-box")).to_have_attribute("data-state", "ready")
    page.keyboard.press("Enter")


@pytest.mark.parametrize(("lang", "theme", "nth"), [("fa", "day", 28), ("en", "night", 32)])
def test_each_step_said_for_a_crew_is_taken_back_by_one_key(
    site: Site, sit: Sit, lang: str, theme: str, nth: int
) -> None:
    car = [s for s in seats(site) if s["role"] == "officer" and s["province"] == PROVINCE][nth]
    sign = car["call_sign"]
    _, place = ready_handheld(site, sit, car)
    console = sit(f"dispatcher:{PROVINCE}", "console")
    look(console, lang, theme)
    both, accepted, desk = SAID[lang]
    time.sleep(2)  # The handheld's heartbeat and position are on their way as on any day.
    open_incident(site, console, place)
    console.locator(".q-row", has_text="آزمون").first.click()
    end = time.monotonic() + WITHIN_S
    while not any(each["sent_at"] for each in newest(site, console)["assignments"]):
        assert time.monotonic() < end
        time.sleep(0.1)

    def back(words: str, **wanted: Any) -> dict[str, Any]:
        expect(console.locator(".undo-bar")).to_be_visible()
        console.keyboard.press("Control+z")
        expect(console.locator(".command")).to_contain_text(words)
        return until(site, console, **wanted)

    say(console, f"A {sign}")
    until(site, console, state="on_scene")
    back(accepted, state="accepted", on_scene_at=None)
    say(console, f"E {sign}")
    until(site, console, state="en_route")
    back(both, state="accepted", en_route_at=None)
    say(console, f"A {sign}")
    due = until(site, console, state="on_scene")["safety_due"]
    time.sleep(1)
    say(console, f"R {sign}")
    end = time.monotonic() + WITHIN_S
    while newest(site, console)["assignments"][0]["safety_due"] == due:
        assert time.monotonic() < end
        time.sleep(0.1)
    back(both, state="on_scene", safety_due=due)
    card = console.locator("article.assignment")
    card.get_by_role("button", name=TIMER[lang]).click()
    console.keyboard.press("5")
    end = time.monotonic() + WITHIN_S
    while abs(apart_s(newest(site, console)["assignments"][0]["safety_due"], due)) < 60:
        assert time.monotonic() < end
        time.sleep(0.1)
    expect(console.locator(".undo-bar")).to_be_visible()
    console.keyboard.press("Control+z")
    while abs(apart_s(newest(site, console)["assignments"][0]["safety_due"], due)) > 2:
        assert time.monotonic() < end
        time.sleep(0.1)
    say(console, f"X {sign}")
    until(site, console, state="withdrawn")
    back(both, state="on_scene", ended_at=None)
    say(console, f"C {sign} 3")
    until(site, console, state="cleared")
    back(both, state="on_scene", cleared_at=None)
    assert newest(site, console)["closed_at"] is None
    expect(console.locator(".timeline")).to_contain_text(re.compile(re.escape(desk)))


def test_duty_said_at_the_desk_is_taken_back_and_a_map_follows_until_it_is_moved(site: Site, sit: Sit) -> None:
    car = [s for s in seats(site) if s["role"] == "officer" and s["province"] == PROVINCE][35]
    sign = car["call_sign"]
    handheld, place = ready_handheld(site, sit, car)
    console = sit(f"dispatcher:{PROVINCE}", "console")
    expect(console.locator("body")).to_contain_text("برخط", timeout=20_000)
    row = console.locator(".pane-units [role=row]", has_text=sign).first
    expect(row).to_contain_text("آزاد")
    time.sleep(2)  # The handheld's heartbeat and position are on their way as on any day.
    strip, shown = console.locator(".map-follow"), console.locator(".map-base")
    say(console, f"M {sign}")
    expect(strip).to_contain_text(sign)
    # Nearer is no other place: it is followed all the same, and comes sooner to the edge.
    for _ in range(3):
        console.get_by_role("button", name="نزدیک‌تر").click()
        console.wait_for_timeout(300)
    looked_at = shown.get_attribute("data-view")
    # It drives off, as far as a car may; the map goes after it, and no more once it is moved by hand.
    for n in range(1, 40):
        handheld.context.set_geolocation({"longitude": place[0] + n * 0.0002, "latitude": place[1], "accuracy": 5})
        time.sleep(0.7)
        if shown.get_attribute("data-view") != looked_at:
            break
    else:
        raise AssertionError("the map stayed where it was")
    expect(strip).to_be_visible()
    box = shown.bounding_box()
    assert box is not None
    middle = (box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    console.mouse.move(*middle)
    console.mouse.down()
    console.mouse.move(middle[0] + 90, middle[1] + 30, steps=5)
    console.mouse.up()
    expect(strip).to_have_count(0)
    say(console, f"M {sign}")
    expect(strip).to_be_visible()
    console.keyboard.press("Escape")
    expect(strip).to_have_count(0)

    row.click()
    console.locator(".detail-head").click()
    console.keyboard.press("d")
    expect(console.locator(".detail-status")).to_contain_text("خارج")
    console.keyboard.press("Control+z")
    expect(console.locator(".detail-status")).to_contain_text("آزاد")
    # When the session is over the strip that says so leads to the way in.
    console.request.delete(f"{site}/v1/session")
    console.evaluate("window.dispatchEvent(new Event('offline')); window.dispatchEvent(new Event('online'))")
    expect(console.locator(".link-bar a")).to_have_attribute("href", "/")


class Lines:
    """The live line of a page, which can be cut: an emulated cut of the network leaves open sockets open."""

    def __init__(self, page: Page) -> None:
        self._open: list[WebSocketRoute] = []
        self._is_cut = False
        page.route_web_socket(re.compile("/v1/stream"), self._opened)

    def cut(self) -> None:
        self._is_cut = True
        for line in self._open:
            line.close(code=1001)
        self._open.clear()

    def mend(self) -> None:
        self._is_cut = False

    def _opened(self, line: WebSocketRoute) -> None:
        if self._is_cut:
            line.close(code=1001)
            return
        line.connect_to_server()
        self._open.append(line)


@pytest.mark.parametrize(
    ("lang", "theme", "words"), [("fa", "night", "واقعهٔ جامانده رسید"), ("en", "day", "caught up on")]
)
def test_a_line_that_comes_back_says_how_much_it_missed(
    site: Site, sit: Sit, lang: str, theme: str, words: str
) -> None:
    console = sit(f"dispatcher:{PROVINCE}", "console")
    lines = Lines(console)
    console.reload()
    look(console, lang, theme)
    place = next(o["seat"] for o in offices_of(site) if o["id"].startswith(PROVINCE) and o["seat"])
    with httpx.Client(base_url=site, timeout=60) as desk:
        token = desk.post("/v1/sessions", json={"seat": f"dispatcher:{PROVINCE}"}).json()["token"]
        desk.headers["Authorization"] = f"Bearer {token}"
        bar = console.locator(".status-bar")
        expect(bar).to_contain_text("Live" if lang == "en" else "برخط")
        lines.cut()
        expect(bar).not_to_contain_text("Live" if lang == "en" else "برخط")
        for n in range(3):
            body = {"kind": "noise", "priority": 4, "point": [place[0] + 0.01 * n, place[1]], "place": f"جا {n}"}
            desk.post("/v1/incidents", json=body, headers={"Idempotency-Key": str(uuid.uuid4())}).raise_for_status()
        lines.mend()
        expect(bar).to_contain_text(words, timeout=60_000)
        expect(bar).not_to_contain_text(words, timeout=60_000)
        a_release_is_taken_back(console, desk, place, lang)
        what_lies_folded_is_taken_by_one_key(console, desk, place)
        # Nobody has heard of where a car is that was never on duty.
        sign = [s for s in seats(site) if s["role"] == "officer" and s["province"] == PROVINCE][-1]["call_sign"]
        say(console, f"M {sign}")
        expect(console.locator(".command")).to_contain_text("is not known" if lang == "en" else "معلوم نیست")


def post(desk: httpx.Client, path: str, body: dict[str, Any]) -> dict[str, Any]:
    answer = desk.post(path, json=body, headers={"Idempotency-Key": str(uuid.uuid4())})
    answer.raise_for_status()
    made: dict[str, Any] = answer.json()
    return made


def a_release_is_taken_back(console: Page, desk: httpx.Client, place: list[float], lang: str) -> None:
    made = post(desk, "/v1/incidents", {"kind": "noise", "priority": 1, "point": place, "place": "کوچهٔ نگه‌داشته"})
    about = f"/v1/incidents/{made['incident_id']}"
    post(desk, f"{about}/hold", {"minutes": 30, "reason": "caller", "words": "rings back at noon"})
    held = desk.get(about).json()["hold"]
    console.locator(".q-row", has_text="کوچهٔ نگه‌داشته").first.click()
    expect(console.locator(".hold")).to_contain_text("rings back at noon")
    console.locator(".detail-head").click()
    console.keyboard.press("h")
    expect(console.locator(".hold")).to_have_count(0)
    expect(console.locator(".undo-bar")).to_be_visible()
    console.keyboard.press("Control+z")
    expect(console.locator(".hold")).to_contain_text("rings back at noon", timeout=20_000)
    expect(console.locator(".command")).to_contain_text("on hold again" if lang == "en" else "باز همان‌گونه")
    again = desk.get(about).json()["hold"]
    assert (again["until"], again["reason"]) == (held["until"], "caller")
    post(desk, f"{about}/cancel", {})


def what_lies_folded_is_taken_by_one_key(console: Page, desk: httpx.Client, place: list[float]) -> None:
    made = [
        post(desk, "/v1/incidents", {"kind": "fight", "priority": 2, "point": [place[0], place[1] + 0.002 * n]})
        for n in range(12)
    ]
    ids = {one["incident_id"] for one in made}

    def standing() -> list[dict[str, Any]]:
        alarms = desk.get("/v1/alarms").json()["alarms"]
        return [each for each in alarms if each["incident"] in ids]

    folded = console.locator(".alarm:has([aria-expanded])")
    expect(folded).not_to_have_count(0, timeout=20_000)
    assert len(standing()) >= 12
    for _ in range(6):
        if all(each["acknowledged_at"] for each in standing()):
            break
        console.keyboard.press("Control+Enter")
        time.sleep(1)
    assert all(each["acknowledged_at"] for each in standing()), "a press for each that lies folded, not for each alarm"
    expect(folded).to_have_count(0)
    for one in made:
        post(desk, f"/v1/incidents/{one['incident_id']}/cancel", {})


@pytest.mark.parametrize(
    ("lang", "theme", "nth", "who"),
    [
        ("fa", "day", 33, r"\(اعزام‌کننده، [۰-۹]+ ثانیه پیش\)"),
        ("en", "night", 34, r"\(Dispatcher, [0-9]+ s(ec\w*)? ago\)"),
    ],
)
def test_whoever_was_faster_is_named_with_how_long_ago(
    site: Site, sit: Sit, lang: str, theme: str, nth: int, who: str
) -> None:
    car = [s for s in seats(site) if s["role"] == "officer" and s["province"] == PROVINCE][nth]
    _, place = ready_handheld(site, sit, car)
    console = sit(f"dispatcher:{PROVINCE}", "console")
    lines = Lines(console)
    console.reload()
    look(console, lang, theme)
    time.sleep(2)  # The handheld's heartbeat and position are on their way as on any day.
    open_incident(site, console, place)
    console.locator(".q-row", has_text="آزمون").first.click()
    expect(console.locator("article.assignment")).to_be_visible(timeout=WITHIN_S * 1000)
    expect(console.locator("article.assignment")).not_to_have_attribute("data-state", "reserved")
    lines.cut()
    assignment = newest(site, console)["assignments"][0]["id"]
    with httpx.Client(base_url=site, timeout=60) as colleague:
        token = colleague.post("/v1/sessions", json={"seat": f"dispatcher:{PROVINCE}"}).json()["token"]
        colleague.headers["Authorization"] = f"Bearer {token}"
        keyed = {"Idempotency-Key": str(uuid.uuid4())}
        gone = colleague.post(f"/v1/assignments/{assignment}/withdraw", json={"reason": "by_hand"}, headers=keyed)
        gone.raise_for_status()
    # This screen has not heard of it: the unit looks as if it were still on the incident.
    say(console, f"E {car['call_sign']}")
    expect(console.locator(".command")).to_contain_text(re.compile(who))
