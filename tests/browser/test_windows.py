"""Two windows of one seat: the queue in one, the incident in the other, in step; a draft survives the crash of either."""

import time
import uuid
from collections.abc import Callable

import httpx
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import PROVINCE, Site, go_home

WAIT_MS = 8_000
HERE = [51.4089, 35.7156]


def test_windows_of_a_seat_are_in_step_and_drafts_survive(site: Site, browser: Browser) -> None:
    with httpx.Client(base_url=site, timeout=60) as http:
        token = http.post("/v1/sessions", json={"seat": f"dispatcher:{PROVINCE}"}).json()["token"]
        http.headers["Authorization"] = f"Bearer {token}"

        opened = {"kind": "noise", "point": HERE, "place": "میدان آزمون پنجره‌ها"}
        answer = http.post("/v1/incidents", json=opened, headers={"Idempotency-Key": str(uuid.uuid4())})
        assert answer.status_code == 201, answer.text
    context = browser.new_context(viewport={"width": 1366, "height": 768}, locale="fa-IR")
    queues = context.new_page()
    queues.request.post(f"{site}/v1/sessions", data={"seat": f"dispatcher:{PROVINCE}"})
    queues.goto(f"{site}/console?view=queues")
    with context.expect_page() as beside:
        queues.get_by_role("button", name="پنجره‌ها").click()
        queues.get_by_role("button", name="رخداد در پنجرهٔ خود").click()
    detail = beside.value
    row = queues.locator(".q-row", has_text="میدان آزمون پنجره‌ها")
    expect(row).to_be_visible(timeout=WAIT_MS)
    row.click()
    expect(detail.locator(".detail")).to_contain_text("میدان آزمون پنجره‌ها", timeout=WAIT_MS)
    assert queues.evaluate("document.scrollingElement.scrollHeight <= innerHeight"), "nothing lies below the window"
    assert detail.evaluate("document.scrollingElement.scrollHeight <= innerHeight"), "nothing lies below the window"

    # One of them sounds, and only that one asks for the touch that opens it.
    sounds = [page.locator(".sound-switch") for page in (queues, detail)]
    expect(sounds[1]).to_have_text("صدا در پنجرهٔ دیگر است", timeout=WAIT_MS)
    expect(sounds[0]).not_to_have_text("صدا در پنجرهٔ دیگر است")
    # The browser's own key prints the sheet of the incident; where no window may be opened that is said.
    with context.expect_page() as printed:
        detail.keyboard.press("Control+p")
    expect(printed.value.locator("body")).to_contain_text("میدان آزمون پنجره‌ها", timeout=WAIT_MS)
    printed.value.close()
    detail.evaluate("window.open = () => null")
    detail.keyboard.press("Control+p")
    expect(detail.locator(".detail")).to_contain_text("مرورگر پنجره‌ای باز نکرد", timeout=WAIT_MS)

    # A form begun where there is none is in the other window, and what is typed there outlives a crash.
    queues.keyboard.press("F2")
    words = detail.locator(".call-form textarea").last
    expect(words).to_be_visible(timeout=WAIT_MS)
    words.fill("نیمه‌کاره ماند")
    _until(lambda: "نیمه‌کاره ماند" in _kept(queues))
    detail.goto("about:blank")
    detail.goto(f"{site}/console?view=detail")
    expect(detail.locator(".call-form textarea").last).to_have_value("نیمه‌کاره ماند", timeout=WAIT_MS)
    context.close()
    go_home(site)


def test_a_unit_is_sent_from_the_window_of_the_queues(site: Site, browser: Browser) -> None:
    with httpx.Client(base_url=site, timeout=60) as http:
        token = http.post("/v1/sessions", json={"seat": f"dispatcher:{PROVINCE}"}).json()["token"]
        http.headers["Authorization"] = f"Bearer {token}"

        def act(path: str, body: dict[str, object]) -> dict[str, object]:
            answer = http.post(path, json=body, headers={"Idempotency-Key": str(uuid.uuid4())})
            assert answer.status_code in (200, 201), answer.text
            done: dict[str, object] = answer.json()
            return done

        opened = act("/v1/incidents", {"kind": "noise", "point": HERE, "place": "میدان آزمون اعزام"})
        act(f"/v1/units/{PROVINCE}.u.A09/duty", {"on": True})
    context = browser.new_context(viewport={"width": 1280, "height": 720}, locale="fa-IR")
    context.request.post(f"{site}/v1/sessions", data={"seat": f"dispatcher:{PROVINCE}"})
    queues, detail, units = (context.new_page() for _ in range(3))
    for page, view in ((queues, "queue"), (detail, "detail"), (units, "units")):
        page.goto(f"{site}/console?view={view}")
    row = queues.locator(".q-row", has_text="میدان آزمون اعزام")
    expect(row).to_be_visible(timeout=WAIT_MS)
    expect(units.locator(".unit-sign", has_text="A09").first).to_be_visible(timeout=WAIT_MS)
    row.click()
    queues.keyboard.press("F3")
    queues.keyboard.type("D . A09")
    queues.keyboard.press("Enter")
    sent = detail.locator(".detail section", has_text="A09").first
    expect(sent).to_contain_text("فرستاده شد", timeout=WAIT_MS)
    assert units.locator(".pane-units").count() == 1 and units.locator(".map-base").count() == 0
    with httpx.Client(base_url=site, headers={"Authorization": f"Bearer {token}"}) as http:
        seen = http.get(f"/v1/incidents/{opened['incident_id']}").json()
    assert [each["call_sign"] for each in seen["assignments"]] == ["A09"]
    context.close()
    go_home(site)


def test_a_desk_holds_joins_and_changes_hands(site: Site, browser: Browser) -> None:
    # What an earlier try left would be a second row of the same place, and a desk that fell silent comes first.
    go_home(site)
    with httpx.Client(base_url=site, timeout=60) as http:
        token = http.post("/v1/sessions", json={"seat": f"dispatcher:{PROVINCE}"}).json()["token"]
        http.headers["Authorization"] = f"Bearer {token}"
        numbers = []
        for place in ("میدان آزمون نگه‌داری", "کوچهٔ همان رخداد"):
            opened = {"kind": "noise", "point": HERE, "place": place}
            answer = http.post("/v1/incidents", json=opened, headers={"Idempotency-Key": str(uuid.uuid4())})
            numbers.append(http.get(f"/v1/incidents/{answer.json()['incident_id']}").json()["number"])
        one, two = (browser.new_context(viewport={"width": 1600, "height": 900}, locale="fa-IR") for _ in range(2))
        one.request.post(f"{site}/v1/sessions", data={"seat": f"dispatcher:{PROVINCE}"})
        two.request.post(f"{site}/v1/sessions", data={"seat": f"call_taker:{PROVINCE}"})
        leaver, comer = one.new_page(), two.new_page()
        for page in (leaver, comer):
            page.goto(f"{site}/console")
        row = leaver.locator(".pane-waiting .q-row", has_text="میدان آزمون نگه‌داری")
        row.click(timeout=WAIT_MS)

        leaver.keyboard.press("KeyH")
        leaver.locator(".hold-pick input.input").press("Enter")
        held = leaver.locator(".pane-held .q-row", has_text="میدان آزمون نگه‌داری")
        expect(held).to_be_visible(timeout=WAIT_MS)
        leaver.get_by_role("button", name="برگرداندن به صف").click()
        expect(row).to_be_visible(timeout=WAIT_MS)

        leaver.get_by_role("button", name="ادغام با رخداد دیگر").click()
        leaver.locator(".join-choose input").fill(str(numbers[1]))
        leaver.keyboard.press("Enter")
        expect(leaver.locator(".detail")).to_contain_text("در این ادغام شده است", timeout=WAIT_MS)
        expect(comer.locator(".pane-waiting .q-row", has_text="کوچهٔ همان رخداد")).to_have_count(0, timeout=WAIT_MS)

        leaver.keyboard.press("Alt+KeyT")
        leaver.locator(".hand-over textarea").fill("پل تا ده بسته است")
        leaver.keyboard.press("Control+Enter")
        expect(leaver.locator(".hand-over-strip")).to_contain_text("میز را تحویل داد", timeout=WAIT_MS)
        expect(comer.locator(".hand-over-strip")).to_be_visible(timeout=WAIT_MS)
        comer.keyboard.press("Alt+KeyT")
        expect(comer.locator(".hand-over-note")).to_have_text("پل تا ده بسته است", timeout=WAIT_MS)
        comer.keyboard.press("Control+Enter")
        expect(leaver.locator(".hand-over-strip")).to_have_count(0, timeout=WAIT_MS)

        # Whoever would leave with it is asked to give it first.
        comer.get_by_role("button", name="خروج").click()
        comer.get_by_role("button", name="تحویل و خروج").click()
        expect(leaver.locator(".hand-over-strip")).to_be_visible(timeout=WAIT_MS)
        leaver.keyboard.press("Alt+KeyT")
        leaver.keyboard.press("Control+Enter")
        expect(leaver.locator(".hand-over-strip")).to_have_count(0, timeout=WAIT_MS)
        assert http.get("/v1/hand-overs").json()["hand_overs"] == []
    for context in (one, two):
        context.close()
    go_home(site)


def _kept(page: Page) -> str:
    return str(
        page.evaluate("Object.entries(localStorage).filter(([k]) => k.startsWith('nazdik.console.seat')).join()")
    )


def _until(true: Callable[[], bool]) -> None:
    deadline = time.monotonic() + WAIT_MS / 1000
    while not true():
        assert time.monotonic() < deadline
        time.sleep(0.05)
