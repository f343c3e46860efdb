"""
An empty installation in a browser, by keyboard alone: administrators by the terminal's code, a region, and the list of first
steps. axe has nothing to say of any of it, nothing is asked of another host, and nothing is against the policy.
"""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.browser.conftest import PROVINCE
from tests.browser.test_accessibility import check_every_look, look
from tests.browser.test_closed_network import LISTEN, NOBODY_YET
from tests.contract.test_first_run import FIRST, PASSWORD, SECOND, Fresh
from tests.server import Server, free_port

pytestmark = pytest.mark.browser
TWO = (("fa", "day"), ("en", "night"))
# Names to sign in by, and commands: the same in every language.
LATIN = ("head-a", SECOND, "nazdik region build --help")


@pytest.fixture
def fresh(tmp_path_factory: pytest.TempPathFactory, built_region: Callable[[str], Path]) -> Iterator[Fresh]:
    """A server that nobody has set up, with one region to open."""
    built = tmp_path_factory.mktemp("regions") / "built"
    built.mkdir()
    (built / PROVINCE).symlink_to(built_region(PROVINCE))
    running = Fresh(Server(tmp_path_factory.mktemp("fresh"), free_port()), built)
    running.start()
    try:
        running.wait("/v1/health", lambda answer: answer.status_code == 200)
        yield running
    finally:
        running.server.stop()


def listening(page: Page, site: str) -> list[str]:
    """Return what the page will have said and asked for that it should not."""
    faults: list[str] = []
    page.add_init_script(LISTEN)
    page.on("request", lambda r: None if r.url.startswith((site, "ws" + site[4:], "data:")) else faults.append(r.url))
    page.on("pageerror", lambda error: faults.append(str(error)))

    def hear(line: str) -> None:
        # Between the two servers nobody answers for a moment, and the page asks again.
        if not NOBODY_YET.search(line) and "/readyz" not in line and "/v1/first-run/regions" not in line:
            faults.append(line)

    page.on("console", lambda m: hear(f"{m.location.get('url')}: {m.text}") if m.type == "error" else None)
    return faults


def a_key_is_made_and_signs_in(context: BrowserContext, site: str) -> list[str]:
    """Sign in by password, make a passkey in a real browser, sign in with it alone; return what axe says."""
    page = context.new_page()
    port = site.rpartition(":")[2]
    faults = listening(page, f"http://localhost:{port}")
    devices = context.new_cdp_session(page)
    devices.send("WebAuthn.enable")
    kind = {"protocol": "ctap2", "transport": "internal", "hasResidentKey": True, "hasUserVerification": True}
    made = devices.send(
        "WebAuthn.addVirtualAuthenticator",
        {"options": {**kind, "isUserVerified": True, "automaticPresenceSimulation": True}},
    )
    # Keys are bound to a name: the address by number has none.
    page.goto(f"http://localhost:{port}/")
    page.get_by_label("نام کاربری").fill(FIRST)
    page.get_by_label("گذرواژه", exact=True).fill(PASSWORD)
    found = check_every_look(page, "signing in", TWO, within=".welcome-form", data=LATIN)
    look(page, "fa", "day")
    page.get_by_label("نام کاربری").fill(FIRST)
    page.get_by_label("گذرواژه", exact=True).fill(PASSWORD)
    page.keyboard.press("Enter")
    # An administrator goes no further without a second factor: a key first, or a telephone.
    page.wait_for_url("**/#factor")
    assert page.evaluate("sessionStorage.length") == 0, "a script could read the session"
    page.get_by_label("نام کلید").fill("کلید آزمون")
    page.keyboard.press("Enter")
    expect(page.locator(".identity-key").filter(has_text="کلید آزمون")).to_have_count(1)
    page.get_by_role("button", name="افزودن تلفن").press("Enter")
    expect(page.locator(".identity-picture svg")).to_be_visible()
    secret = page.locator(".identity-picture bdi").inner_text()
    found += check_every_look(
        page, "a second factor is made", data=(*LATIN, secret, "Passkey", "کلید آزمون", "Chrome, Linux")
    )
    look(page, "fa", "day")
    held = devices.send("WebAuthn.getCredentials", {"authenticatorId": made["authenticatorId"]})["credentials"]
    assert [(key["rpId"], key["isResidentCredential"]) for key in held] == [("localhost", True)]

    context.clear_cookies()
    page.goto(f"http://localhost:{port}/")
    page.get_by_role("button", name="ورود با کلید").press("Enter")
    page.wait_for_url("**/admin")
    expect(page.locator(".steps-row")).to_have_count(7)
    assert faults == []
    return found


def test_an_empty_installation_guides_its_administrator_by_keyboard(fresh: Fresh, browser: Browser) -> None:
    site = fresh.server.address
    context = browser.new_context(viewport={"width": 1280, "height": 900}, locale="fa-IR")
    page = context.new_page()
    faults = listening(page, site)
    page.goto(site)
    expect(page.get_by_label("کد ترمینال")).to_be_visible()
    found = check_every_look(page, "the first two administrators", data=LATIN)
    look(page, "fa", "day")

    page.get_by_label("کد ترمینال").focus()
    for text in (fresh.code(), FIRST, PASSWORD, SECOND):
        page.keyboard.type(text)
        page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.locator(".first-code-text")).to_be_visible(timeout=20_000)
    expect(page.locator(".first-now")).to_be_focused()
    found += check_every_look(page, "the second one's code", TWO, within=".first", data=LATIN)
    look(page, "fa", "day")

    # Left and taken up again: whoever comes back is where they were.
    page.reload()
    radio = page.locator(f"input[value='{PROVINCE}']")
    expect(radio).to_be_visible()
    radio.focus()
    page.keyboard.press("Space")
    found += check_every_look(page, "the regions", TWO, within=".first", data=LATIN)
    look(page, "fa", "day")
    radio.focus()
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.wait_for_url(f"{site}/admin", timeout=60_000)
    expect(page.locator(".steps-row")).to_have_count(7)
    expect(page.locator(".steps-row[data-done=true]")).to_have_count(1)
    found += check_every_look(page, "the first steps", data=LATIN)
    look(page, "fa", "day")

    # Each step leads to the page that does it; one that is right as it is says so by a key.
    page.locator("[data-step=offices] button").last.focus()
    page.keyboard.press("Enter")
    expect(page.locator(".steps-row[data-done=true]")).to_have_count(2)
    page.locator("[data-step=units] a").focus()
    page.keyboard.press("Enter")
    expect(page).to_have_url(f"{site}/admin#devices")
    found += a_key_is_made_and_signs_in(context, site)
    context.close()
    assert found == []
    assert faults == []
