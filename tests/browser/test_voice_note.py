"""A crew says a note instead of writing it, also where there is no network, and the desk hears it."""

from collections.abc import Iterator

import httpx
import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import ARGS, CHROMIUM, PROVINCE, Sit, Site, go_home
from tests.browser.test_accessibility import HAND_LOOKS, check_every_look, look
from tests.browser.test_closed_network import LISTEN
from tests.browser.test_handheld_offline import HERE, at_work, facts_of

pytestmark = pytest.mark.browser
# A microphone that beeps, and nobody who has to be asked for leave to use it.
MICROPHONE = ["--use-fake-device-for-media-stream", "--use-fake-ui-for-media-stream"]
# Whether a sound plays, as the control itself says it.
PLAYS = """async (audio) => {
  await audio.play();
  const from = audio.currentTime;
  for (let n = 0; n < 100 && audio.currentTime <= from; n++) await new Promise((go) => setTimeout(go, 100));
  return audio.currentTime > from && audio.error === null;
}"""
WIDTHS = ((360, 740), (320, 568))


@pytest.fixture
def speaking(browser: Browser) -> Iterator[Browser]:
    """A browser with a microphone."""
    launched = browser.browser_type.launch(executable_path=CHROMIUM, args=[*ARGS, *MICROPHONE])
    yield launched
    launched.close()


def open_note(page: Page) -> None:
    page.get_by_role("button", name="یادداشت", exact=True).click()
    expect(page.get_by_role("button", name="ضبط صدا")).to_be_visible()


def speak(page: Page) -> None:
    """Record until the page has heard something, and stop."""
    page.get_by_role("button", name="ضبط صدا").click()
    level = page.locator(".voice-level")
    expect(level).to_be_visible()
    expect(page.locator(".voice")).to_contain_text("ضبط می‌شود")
    for _ in range(150):
        if level.evaluate("meter => meter.value > 0.01"):
            break
        page.wait_for_timeout(100)
    else:
        pytest.fail("the level never moved")
    page.wait_for_timeout(1_200)
    page.get_by_role("button", name="پایان ضبط").click()
    expect(page.locator(".voice")).to_contain_text("ضبط شد")


def each_width(page: Page, what: str) -> list[str]:
    found: list[str] = []
    for width, height in WIDTHS:
        page.set_viewport_size({"width": width, "height": height})
        if page.evaluate("document.documentElement.scrollWidth > innerWidth"):
            found.append(f"{what}: wider than {width}")
        low = page.locator(".voice button").evaluate_all("all => all.map(b => b.offsetHeight).filter(h => h < 76)")
        found += [f"{what}: a target of {height_px} px at {width}" for height_px in low]
    page.set_viewport_size({"width": 360, "height": 740})
    found += check_every_look(page, what, HAND_LOOKS, data=())
    look(page, "fa", "day")
    return found


def test_a_note_is_spoken_heard_kept_without_a_network_sent_once_and_heard_at_the_desk(
    site: Site, speaking: Browser, sit: Sit
) -> None:
    context = speaking.new_context(viewport={"width": 360, "height": 740}, locale="fa-IR")
    context.grant_permissions(["geolocation", "microphone"], origin=site)
    context.set_geolocation({"longitude": HERE[0], "latitude": HERE[1], "accuracy": 5})
    context.add_init_script(LISTEN)
    page = context.new_page()
    broken: list[str] = []
    page.on("console", lambda said: broken.append(said.text) if "against the policy" in said.text else None)
    try:
        begun = at_work(page, site)
        incident = str(begun["incident_id"])
        open_note(page)
        found = each_width(page, "nothing said yet")
        speak(page)
        expect(page.locator(".voice")).not_to_contain_text("صدایی شنیده نشد")
        assert page.locator(".voice audio").evaluate(PLAYS), "heard before it is sent"
        found += each_width(page, "said and not sent")
        # An offer, or a touch beside it, takes the page away: what was said is still there.
        page.get_by_role("button", name="بازگشت").click()
        page.reload()
        expect(page.get_by_role("button", name="پایان مأموریت")).to_be_visible()
        expect(page.locator(".tray")).to_contain_text("برخط")
        page.get_by_role("button", name="یادداشت", exact=True).click()
        expect(page.locator(".voice")).to_contain_text("ضبط شد")
        page.get_by_role("button", name="دور انداختن").click()
        speak(page)
        context.set_offline(True)
        page.get_by_role("button", name="فرستادن صدا").click()
        expect(page.locator(".voice-list li")).to_have_count(1)
        assert page.locator(".voice-list audio").evaluate(PLAYS), "heard while it waits"
        found += each_width(page, "waits")
        assert "dispatch.voice_added.v1" not in facts_of(site, incident)
        context.set_offline(False)
        expect(page.locator(".voice")).to_contain_text("صداهای نزد مرکز", timeout=60_000)
        assert facts_of(site, incident).count("dispatch.voice_added.v1") == 1
        found += hears_at_the_desk(site, sit, incident)
        found += takes_back(page, site, incident)
        assert found == [] and broken == []
    finally:
        context.close()
        go_home(site)


def hears_at_the_desk(site: Site, sit: Sit, incident: str) -> list[str]:
    """Open the incident at a desk and play the note; nothing is fetched before somebody asks to hear it."""
    desk = sit(f"dispatcher:{PROVINCE}", "console")
    fetched: list[str] = []
    desk.on("request", lambda asked: fetched.append(asked.url) if "/voices/" in asked.url else None)
    desk.locator(".q-row").first.click()
    voices = desk.get_by_label("یادداشت‌های صوتی")
    expect(voices).to_contain_text("A07")
    assert fetched == []
    found = check_every_look(desk, "voices at the desk", data=(), within='[aria-label*="oice"], [aria-label*="صوتی"]')
    look(desk, "fa", "day")
    look_back = desk.locator(".notes li", has=desk.get_by_role("button", name="شنیدن"))
    look_back.get_by_role("button", name="شنیدن").click()
    assert desk.locator("audio.scene-voice").evaluate(PLAYS)
    assert len(fetched) == 1 and incident in fetched[0], fetched
    reads_how_the_handheld_is(desk)
    return found


def reads_how_the_handheld_is(desk: Page) -> None:
    """Whether it rings, its battery, since when it knows its place, and its version: one press away from the crew's call sign."""
    desk.get_by_role("button", name="A07", exact=True).first.click()
    handheld = desk.locator("dt", has_text="دستگاه همراه").locator("xpath=following-sibling::dd[1]")
    for words in ("زنگ می‌خورد · باتری", "موقعیت خودش", "نسخهٔ 0.1.0"):
        expect(handheld).to_contain_text(words)


def takes_back(page: Page, site: Site, incident: str) -> list[str]:
    """The crew takes its own note back: nobody hears it from then on."""
    page.get_by_role("button", name="پس گرفتن").last.click()
    found = each_width(page, "why it is taken back")
    page.get_by_role("button", name="به اشتباه ضبط شد").click()
    expect(page.locator(".voice-list")).to_have_count(0)
    assert facts_of(site, incident).count("dispatch.voice_withdrawn.v1") == 1
    return found


def test_a_microphone_that_is_refused_or_is_not_there_is_said_in_words(site: Site, browser: Browser) -> None:
    context = browser.new_context(viewport={"width": 320, "height": 568}, locale="fa-IR")
    context.grant_permissions(["geolocation"], origin=site)
    context.set_geolocation({"longitude": HERE[0], "latitude": HERE[1], "accuracy": 5})
    page = context.new_page()
    try:
        at_work(page, site)
        for error, words in (
            ("NotAllowedError", "اجازهٔ میکروفون نمی‌دهد"),
            ("NotReadableError", "برنامهٔ دیگری آن را گرفته است"),
        ):
            # Which of these a browser without a sound card says is its own; each has to be told in words.
            page.evaluate(
                "name => { navigator.mediaDevices.getUserMedia = async () => { throw new DOMException('', name) } }",
                error,
            )
            if page.get_by_role("button", name="ضبط صدا").count() == 0:
                open_note(page)
            page.get_by_role("button", name="ضبط صدا").click()
            expect(page.get_by_role("alert").filter(has_text=words)).to_be_visible()
        # This machine has none: what the browser itself says.
        page.reload()
        context.grant_permissions(["geolocation", "microphone"], origin=site)
        expect(page.get_by_role("button", name="پایان مأموریت")).to_be_visible()
        expect(page.locator(".tray")).to_contain_text("برخط")
        open_note(page)
        page.get_by_role("button", name="ضبط صدا").click()
        expect(page.get_by_role("alert").filter(has_text="میکروفونی برای ضبط ندارد")).to_be_visible()
        assert each_width(page, "no microphone") == []
    finally:
        context.close()
        go_home(site)


def test_only_the_handheld_may_ask_for_the_microphone(site: Site) -> None:
    for face in ("", "console", "field", "board", "admin", "sos"):
        answer = httpx.get(f"{site}/{face}", timeout=60).headers
        assert answer["permissions-policy"].count("microphone=(self)") == int(face == "field"), face
        assert "microphone=(" in answer["permissions-policy"] and len(answer.get_list("permissions-policy")) == 1
        assert ("media-src blob:" in answer["content-security-policy"]) is (face in {"console", "field"}), face
