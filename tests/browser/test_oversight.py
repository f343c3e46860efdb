"""
197 in a browser: somebody complains by keyboard on a telephone, follows it by code, a desk answers, and a receipt is checked
offline. axe has nothing to say, no cookie is set, and the first load stays small.
"""

import json
import re
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from playwright.sync_api import Browser, Page, expect

from nazdik.bootstrap.oversight.demo import PASSWORD
from tests.browser.conftest import ROOT
from tests.browser.oversight_pictures import sign_in
from tests.browser.test_accessibility import complaints, in_both_themes, strangers

pytestmark = pytest.mark.browser
# A sound as a browser records it, of a tone: no microphone is needed.
RECORD = """async () => {
  const context = new AudioContext(), tone = context.createOscillator(), out = context.createMediaStreamDestination();
  tone.connect(out); tone.start(); await context.resume();
  const recorder = new MediaRecorder(out.stream), parts = [];
  recorder.ondataavailable = (event) => parts.push(event.data);
  const stopped = new Promise((done) => { recorder.onstop = done; });
  recorder.start(); setTimeout(() => recorder.stop(), 400); await stopped;
  return [...new Uint8Array(await new Blob(parts).arrayBuffer())];
}"""
FIRST_LOAD_BYTES_MAX = 200_000
# The page knows what it loaded; asking the browser for each answer's bytes waits for ever for one that was broken off.
LOADED = """() => ["navigation", "resource"].flatMap((kind) => performance.getEntriesByType(kind))
  .reduce((all, each) => all + each.decodedBodySize, 0)"""
# The hour at which a page was read differs between two readings of it.
TIME = re.compile(r"[0-9۰-۹]{1,2}:[0-9۰-۹]{2}")
KHUZESTAN = ROOT / "regions/built/khuzestan"


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture(scope="module")
def sites(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, str]]:
    """The citizens' address and the desks', over the demo's register and cases."""
    from nazdik.geo.samples import build_samples

    for _ in build_samples(ROOT / "regions/sources", ROOT / "regions/built", only=("khuzestan",)):
        pass
    ports = free_port(), free_port()
    folder = tmp_path_factory.mktemp("197")
    command = ["nazdik.cli", "oversight", "demo", str(KHUZESTAN), "--data", str(folder)]
    asked = ["--port", str(ports[0]), "--desk-port", str(ports[1])]
    process = subprocess.Popen([sys.executable, "-m", *command, *asked])
    public, desk = (f"http://127.0.0.1:{port}" for port in ports)
    try:
        until = time.monotonic() + 180
        while True:
            try:
                httpx.get(f"{public}/v1/offices", timeout=60)
                break
            except httpx.TransportError:
                assert time.monotonic() < until and process.poll() is None, "it does not start"
                time.sleep(0.1)
        yield public, desk
    finally:
        process.terminate()
        process.wait(20)


def audible(page: Page, faults: list[str]) -> Page:
    page.on("console", lambda said: faults.append(said.text) if said.type in ("error", "warning") else None)
    page.on("pageerror", lambda error: faults.append(str(error)))
    return page


def test_from_a_complaint_to_an_answer_and_a_receipt_that_holds(
    browser: Browser, sites: tuple[str, str], tmp_path: Path
) -> None:
    public, desk = sites
    faults: list[str] = []
    context = browser.new_context(viewport={"width": 390, "height": 844}, accept_downloads=True)
    page = audible(context.new_page(), faults)
    page.goto(f"{public}/?lang=fa&theme=day")
    expect(page.locator(".choices button")).to_have_count(5)
    page.wait_for_load_state("networkidle")
    assert 0 < page.evaluate(LOADED) <= FIRST_LOAD_BYTES_MAX
    assert complaints(page) == []
    # A tone that goes through the changing of voices comes out at another pitch, and as long as it was.
    lower, higher, length = page.evaluate("""async () => {
      const { shifted } = await import("/pages/voice.js");
      const tone = Float32Array.from({ length: 16000 }, (_, n) => Math.sin(2 * Math.PI * 200 * n / 16000));
      const crossings = (made) => made.reduce((sum, value, n) => sum + (n > 0 && value > 0 && made[n - 1] <= 0 ? 1 : 0), 0);
      return [crossings(shifted(tone, 0.8)), crossings(shifted(tone, 1.3)), shifted(tone).length];
    }""")
    assert 145 < lower < 178 and 240 < higher < 280 and length == 16000
    # By keyboard alone: the five choices come after the links and the number to call.
    page.locator(".choices button").first.focus()
    page.keyboard.press("Enter")
    expect(page.locator("textarea")).to_be_focused()
    page.keyboard.type("آزمون: مأمور با من تند حرف زد و شماره‌ام ۰۹۱۲۳۴۵۶۷۸۹ است")
    page.locator("select").first.select_option("khuzestan.ahvaz")
    station = page.locator("select").nth(1).locator("option").nth(2).get_attribute("value")
    page.locator("select").nth(1).select_option(station)
    expect(page.locator(".note[role=status]")).to_contain_text("شمارهٔ تلفن")
    expect(page.locator(".card")).to_contain_text("اهواز")
    # As it was recorded it never leaves the telephone: what is sent is what is heard here.
    recorded = bytes(page.evaluate(RECORD))
    sound = {"name": "voice.webm", "mimeType": "audio/webm", "buffer": recorded}
    page.set_input_files("input[accept='audio/*,video/*']", [sound])
    expect(page.locator("audio")).to_be_visible()
    assert complaints(page) == []
    page.locator("button[type=submit]").focus()
    page.keyboard.press("Enter")
    code = page.locator(".code").inner_text()
    assert len(code.replace(" ", "")) == 17
    with page.expect_download() as download:
        page.locator("a.button").click()
    receipt = tmp_path / "receipt.json"
    download.value.save_as(receipt)

    case_id = answer_at_desk(audible(browser.new_page(), faults), desk)
    assert case_id

    page.goto(f"{public}/follow?lang=en&theme=night#{code.replace(' ', '')}")
    expect(page.locator(".msg")).to_have_count(3)
    assert code.replace(" ", "") not in page.url, "a code stays in no history"
    assert complaints(page) == []
    assert context.cookies() == [] and page.evaluate("localStorage.length + sessionStorage.length") == 0

    page.goto(f"{public}/meet?lang=fa&theme=day")
    page.locator("section button.main").last.click()
    turn = page.locator("section.card .code")
    expect(turn).to_be_visible()
    assert complaints(page) == []
    page.get_by_role("button", name="پس دادن نوبت").click()
    expect(page.locator("section.card", has_text="پس داده شد")).to_be_visible()

    page.goto(f"{public}/verify?lang=en")
    context.set_offline(True)
    page.set_input_files("#receipt", receipt)
    expect(page.locator("#result .good")).to_have_text("Everything holds.")
    forged = json.loads(receipt.read_text(encoding="utf-8"))
    forged["facts"][0]["said"] = forged["facts"][0]["said"].replace('"n":0', '"n":1')
    receipt.write_text(json.dumps(forged), encoding="utf-8")
    page.set_input_files("#receipt", [])
    page.set_input_files("#receipt", receipt)
    expect(page.locator("#result .bad").first).to_have_text("This receipt does not hold.")
    assert complaints(page) == []
    assert faults == []


def helps(page: Page) -> None:
    """F1 says what the page is for; Escape closes it again."""
    page.keyboard.press("F1")
    said = page.locator("dialog[open]")
    expect(said.locator("li").first).to_be_visible()
    assert complaints(page, "dialog") == []
    page.keyboard.press("Escape")
    expect(said).to_have_count(0)


@pytest.mark.parametrize("lang", ["fa", "en"])
def test_every_page_of_197_is_accessible_and_small_in_both_languages(
    browser: Browser, sites: tuple[str, str], lang: str
) -> None:
    public, desk = sites
    faults: list[str] = []
    page = audible(browser.new_context(viewport={"width": 390, "height": 844}).new_page(), faults)
    for path, ready in (
        ("", ".choices"),
        ("follow", "form"),
        ("meet", "section.card"),
        ("figures", "table"),
        ("queue", ".board"),
    ):
        page.goto(f"{public}/{path}?lang={lang}&theme=day{'#demo-now' if path == 'queue' else ''}")
        expect(page.locator(ready).first).to_be_visible()
        assert in_both_themes(page, path) == []
        # Looking through it took longer than the typeface did to arrive.
        assert 0 < page.evaluate(LOADED) <= FIRST_LOAD_BYTES_MAX, path
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), (
            f"{path} is wider than the telephone"
        )
        helps(page)
    sign_in(page, desk, "desk.khuzestan.ahvaz", f"lang={lang}&theme=day")
    for number in range(5):
        page.locator("nav.tabs button").nth(number).click()
        expect(page.locator("h2").first).to_be_visible()
        assert in_both_themes(page, f"tab {number}") == []
    page.locator('[data-k="open-demo-now"]').click()
    expect(page.locator("[data-k=next]")).to_be_visible()
    assert in_both_themes(page, "a case") == []
    helps(page)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    page.context.close()
    assert faults == []


def test_a_meeting_desk_by_keyboard_a_topic_answered_and_a_commander_who_sees_numbers(
    browser: Browser, sites: tuple[str, str]
) -> None:
    public, desk = sites
    faults: list[str] = []
    page = audible(browser.new_context(viewport={"width": 1280, "height": 900}).new_page(), faults)
    sign_in(page, desk, "desk.khuzestan.ahvaz", "lang=fa&theme=day")
    page.locator("tbody button").filter(has_text="جریمهٔ توقف").click()
    page.locator("summary").filter(has_text="ثبت سازش").click()
    settling = page.locator("details[open] form")
    settling.locator("textarea").fill("آزمون: جریمه باطل شد.")
    for agreed in settling.locator("input").all():
        agreed.check()
    settling.locator("button").click()
    expect(page.locator(".note").filter(has_text="سازش شد")).to_contain_text("جریمه باطل شد")
    expect(page.locator("summary").filter(has_text="ثبت سازش")).to_have_count(0)
    assert complaints(page) == []
    page.get_by_role("button", name="موضوع‌های همسان").click()
    page.locator("article textarea").fill("از شنبه درست می‌شود.")
    page.get_by_role("button", name="پاسخ به همه").click()
    expect(page.locator(".note.good")).to_contain_text("۱۲")
    page.get_by_role("button", name="محدودیت تماس").click()
    expect(page.locator("article")).to_have_count(1)
    page.get_by_role("button", name="دیدارها").click()
    today = page.locator(".month .today")
    expect(today).to_be_visible()
    today.focus()
    page.keyboard.press("PageDown")
    expect(page.locator(".month .today")).to_have_count(0)
    page.keyboard.press("PageUp")
    page.locator('[data-k="open-demo-now"]').focus()
    page.keyboard.press("Enter")
    expect(page.locator("tr.in th")).to_have_text("۱")
    page.keyboard.press("d")
    expect(page.locator("tr.in")).to_have_count(0)
    page.locator('[data-k^="book-"]').first.click()
    page.keyboard.press("n")
    expect(page.locator("tr.in th")).to_have_text("۲")
    expect(page.locator("section .code")).to_be_visible()  # Shown once, so it stays until it is written down.
    page.get_by_role("button", name="یادداشت شد").click()
    expect(page.locator("section .code")).to_have_count(0)
    page.keyboard.press("m")
    expect(page.locator("form h2")).to_be_focused()
    page.keyboard.press("Tab")
    page.keyboard.type("آزمون: میز خدمت")
    page.keyboard.press("Tab")
    page.keyboard.type("آزمون: مسجد")
    page.keyboard.press("Enter")
    expect(page.locator(".note.good")).to_contain_text("۱")
    assert complaints(page) == []
    sign_in(page, desk, "chief.khuzestan", "lang=en&theme=night")
    expect(page.get_by_role("heading", name="What is open and late, and where?")).to_be_visible()
    expect(page.locator("nav.tabs button")).to_have_count(2)
    assert complaints(page) == []
    page.goto(f"{public}/queue?lang=en&theme=night#demo-now")
    expect(page.locator(".number").first).to_have_text("2")
    page.context.close()
    assert faults == []


def answer_at_desk(page: Page, desk: str) -> str:
    sign_in(page, desk, "desk.khuzestan.ahvaz", "lang=en&theme=night")
    page.locator("tbody button", has_text="آزمون").click()
    with page.expect_response("**/recordings/*") as played:
        page.get_by_role("button", name="Play (it is recorded)").click()
    assert played.value.headers["content-type"] == "audio/wav"
    expect(page.locator("audio")).to_be_visible()
    page.get_by_label("Write to the citizen").fill("دیده شد؛ می‌پرسیم.")
    page.get_by_role("button", name="Record", exact=True).last.click()
    expect(page.locator(".msg", has_text="می‌پرسیم")).to_be_visible()
    assert complaints(page) == []
    chosen = page.locator('tr[aria-selected="true"]')
    expect(chosen).to_have_count(1)
    text = chosen.inner_text()
    page.close()
    return text


def in_order(page: Page, which: int, *, stay: int, lang: str) -> bool:
    """Whether a choice stands by its names in this language, after the first that keep their places."""
    names = page.locator("select").nth(which).locator("option").all_inner_texts()[stay:]
    sort = "([all, lang]) => [...all].sort((a, b) => a.localeCompare(b, lang, { numeric: true }))"
    ordered: list[str] = page.evaluate(sort, [names, lang])
    return len(names) > 1 and names == ordered


def test_a_service_desk_keeps_its_day_without_network_and_sends_it_once(
    browser: Browser, sites: tuple[str, str]
) -> None:
    _, desk = sites
    faults: list[str] = []
    context = browser.new_context(viewport={"width": 900, "height": 900})
    page = audible(context.new_page(), faults)

    def sign_in() -> None:
        page.locator("input").nth(0).fill("desk.khuzestan.ahvaz")
        page.locator("input").nth(1).fill(PASSWORD)
        page.keyboard.press("Enter")

    page.goto(f"{desk}/service-desk?lang=en&theme=day")
    sign_in()
    page.get_by_role("button", name="Take 40 codes along").click()
    expect(page.locator("[role=status]").first).to_contain_text("40 codes left")
    page.evaluate("navigator.serviceWorker.ready.then(() => true)")
    page.reload()  # From now on the worker has the page's files.
    context.set_offline(True)
    page.reload()
    assert complaints(page) == []
    sign_in()
    status = page.locator("[role=status]").first
    expect(status).to_contain_text("No network")
    given = []
    for number in range(2):
        page.get_by_role("button", name="Complaint").click()
        page.locator("textarea").fill(f"آزمون میز خدمت {number}")
        page.locator("button[type=submit]").click()
        given.append(page.locator(".code").inner_text())
    expect(status).to_contain_text("38 codes left · 2 not sent yet")
    assert complaints(page) == []
    on_disk = page.evaluate(
        """new Promise((done) => { const asked = indexedDB.open("197-service-desk"); asked.onsuccess = () => {
          const all = asked.result.transaction("records").objectStore("records").getAll();
          all.onsuccess = () => done(all.result.map((one) => String.fromCharCode(...new Uint8Array(one.data))).join("")); }; })"""
    )
    assert len(on_disk) > 1000 and given[0] not in on_disk and "complaint" not in on_disk
    faults.clear()  # A browser says by itself that there is no network.
    page.reload()
    context.set_offline(False)
    sign_in()
    expect(status).to_contain_text("38 codes left · 0 not sent yet · 2 sent")
    with httpx.Client(base_url=desk) as http:
        said = {"person": "desk.khuzestan.ahvaz", "password": PASSWORD}
        token = http.post("/v1/session", json=said).json()["token"]
        found = http.get("/v1/search", params={"q": "آزمون میز خدمت"}, headers={"Authorization": f"Bearer {token}"})
        assert len(found.json()) == 2 == len(set(given))
    context.close()


def test_a_case_grows_at_its_desk_goes_elsewhere_when_it_must_and_a_lost_network_is_said(
    browser: Browser, sites: tuple[str, str]
) -> None:
    public, desk = sites
    phone = browser.new_context(viewport={"width": 320, "height": 640}).new_page()
    for query in ("lang=fa&theme=day", "lang=en&theme=night"):
        phone.goto(f"{public}/?{query}")
        phone.locator(".choices button").first.click()
        phone.locator("textarea").fill("آزمون: ضابط نشانی‌ام را فاش کرد")
        phone.locator("select").first.select_option("khuzestan.ahvaz")
        phone.locator("button[type=submit]").click()
        expect(phone.locator(".code")).to_be_visible()
        code = phone.locator(".code").bounding_box()
        assert code is not None and code["x"] >= 0 and code["x"] + code["width"] <= 320, "a digit out of sight is lost"
    phone.context.close()
    faults: list[str] = []
    page = audible(browser.new_context(viewport={"width": 1280, "height": 900}).new_page(), faults)
    page.clock.install()
    sign_in(page, desk, "desk.khuzestan.ahvaz", "lang=en&theme=night")
    page.locator("tbody button", has_text="فاش کرد").first.click()
    allegations = page.locator("table", has_text="Officer unknown").locator("tr")
    expect(allegations).to_have_count(1)
    page.locator("summary", has_text="Add an allegation").click()
    page.locator("details[open] select").first.select_option("privacy")
    page.locator("details[open] button").click()
    expect(allegations).to_have_count(2)
    assert complaints(page) == []
    page.locator("summary", has_text="Who was the officer?").click()
    page.get_by_label("The officer's id", exact=True).fill("chief.khuzestan.ahvaz")
    page.locator("details[open] button").click()
    expect(page.get_by_role("status").filter(has_text="it went to another desk")).to_be_visible()
    assert faults == [] or all("404" in fault for fault in faults)
    left = page.locator("tbody button", has_text="فاش کرد")
    expect(left).to_have_count(1)
    left.click()
    page.locator("summary", has_text="Join to an earlier case").click()
    page.locator("details[open] textarea").fill("آزمون: همان شهروند است")
    page.locator("details[open] select").select_option(index=0)
    assert complaints(page) == []
    # Left alone, the desk is covered, and what was being written is there again for who gives the password.
    page.clock.fast_forward("16:00")
    lock = page.locator("dialog.lock")
    expect(lock).to_be_visible()
    assert complaints(page) == []
    page.keyboard.press("Escape")
    lock.locator("input").fill("not this one")
    page.keyboard.press("Enter")
    expect(lock.get_by_role("alert")).to_be_visible()
    lock.locator("input").fill(PASSWORD)
    page.keyboard.press("Enter")
    expect(lock).to_have_count(0)
    expect(page.locator("details[open] textarea")).to_have_value("آزمون: همان شهروند است")
    page.context.set_offline(True)
    page.locator("input[type=search]").fill("x")
    page.keyboard.press("Enter")
    expect(page.locator(".stale")).to_contain_text("No connection")
    page.get_by_role("button", name="Decreed days").click()
    expect(page.locator(".note.bad").last).to_contain_text("No connection")
    page.context.close()


def words_of(page: Page) -> list[str]:
    """Return what the page says, line by line; a list of names stands in the order of the language it was made in."""
    page.wait_for_load_state("networkidle")
    said: str = page.evaluate("[document.title, document.body.innerText].join('\\n')")
    return sorted(TIME.sub("", line).strip() for line in said.split("\n") if line.strip())


def switch(page: Page, lang: str) -> None:
    """Change the language as a reader does; the page stays the page it was."""
    page.evaluate("globalThis.kept = true")
    page.locator("header a[hreflang]").click()
    expect(page.locator("html")).to_have_attribute("lang", lang)
    expect(page.locator("html")).to_have_attribute("dir", "rtl" if lang == "fa" else "ltr")
    assert page.evaluate("globalThis.kept") is True, "it was loaded again"
    assert f"lang={lang}" in page.url


def test_another_language_is_there_at_once_on_every_page_and_what_was_begun_stays(
    browser: Browser, sites: tuple[str, str]
) -> None:
    public, _ = sites
    faults: list[str] = []
    page = audible(browser.new_context(viewport={"width": 320, "height": 640}).new_page(), faults)
    for path, ready in (
        ("/", ".choices"),
        ("/follow", "form"),
        ("/meet", "section.card h2"),
        ("/figures", "table"),
        ("/queue#demo-now", ".quiet"),
    ):
        where, _, part = path.partition("#")
        said = {}
        for lang in ("en", "fa"):
            page.goto("about:blank")
            page.goto(f"{public}{where}?lang={lang}&theme=day{'#' + part if part else ''}")
            expect(page.locator(ready).first).to_be_visible()
            said[lang] = words_of(page)
        assert said["en"] != said["fa"]
        for lang in ("en", "fa"):
            switch(page, lang)
            assert words_of(page) == said[lang], path
        assert page.url.endswith(f"#{part}" if part else "&theme=day")
        links = page.locator("header a:not([hreflang])")
        assert all("lang=fa" in str(links.nth(n).get_attribute("href")) for n in range(links.count()))
    page.goto(f"{public}/?lang=fa&theme=night")
    page.locator(".choices button").first.click()
    page.locator("textarea").fill("آزمون")
    page.locator("select").first.select_option("khuzestan.ahvaz")
    sound = {"name": "voice.webm", "mimeType": "audio/webm", "buffer": bytes(page.evaluate(RECORD))}
    page.set_input_files("input[accept='audio/*,video/*']", [sound])
    expect(page.locator("audio")).to_be_visible()
    for lang in ("en", "fa"):
        switch(page, lang)
        expect(page.locator("textarea")).to_have_value("آزمون")
        expect(page.locator("select").first).to_have_value("khuzestan.ahvaz")
        # The county comes before its units, the rest stands as the reader looks for it.
        assert in_order(page, 0, stay=0, lang=lang) and in_order(page, 1, stay=2, lang=lang)
        expect(page.locator("audio")).to_be_visible()
        assert page.evaluate("document.querySelector(\"input[accept='audio/*,video/*']\").files.length") == 1
        assert strangers(page, ["آزمون"]) == [] and complaints(page) == []
        # Whoever would leave with it is asked first.
        asked: list[str] = []
        page.once("dialog", lambda asks, asked=asked: (asked.append(asks.type), asks.dismiss()))
        page.locator("header a").first.click(no_wait_after=True)
        expect(page.locator("textarea")).to_have_value("آزمون")
        assert asked == ["beforeunload"]
    page.context.close()
    assert faults == []


def test_a_desk_changes_its_language_without_signing_out(browser: Browser, sites: tuple[str, str]) -> None:
    _, desk = sites
    faults: list[str] = []
    page = audible(browser.new_context(viewport={"width": 1280, "height": 900}).new_page(), faults)
    said: dict[str, list[list[str]]] = {}

    def read_all() -> list[list[str]]:
        found = []
        for number in range(5):
            page.locator("nav.tabs button").nth(number).click()
            expect(page.locator("h2").first).to_be_visible()
            expect(page.get_by_role("status").filter(has_text="…")).to_have_count(0)
            found.append(words_of(page))
        return found

    for lang in ("en", "fa"):
        sign_in(page, desk, "desk.khuzestan.ahvaz", f"lang={lang}&theme=day")
        said[lang] = read_all()
    for number in range(5):
        page.locator("nav.tabs button").nth(number).click()
        expect(page.locator("h2").first).to_be_visible()
        for lang in ("en", "fa"):
            switch(page, lang)
            assert words_of(page) == said[lang][number], number
    page.locator("nav.tabs button").first.click()
    page.locator("tbody button").first.click()
    page.get_by_label("نوشتن به شهروند").fill("آزمون: پیش‌نویس")
    switch(page, "en")
    expect(page.get_by_label("Write to the citizen")).to_have_value("آزمون: پیش‌نویس")
    assert complaints(page) == []
    page.context.close()
    assert faults == []


@pytest.mark.parametrize("lang", ["fa", "en"])
def test_the_checker_of_receipts_and_the_service_desk_have_no_fault_by_day_or_night(
    browser: Browser, sites: tuple[str, str], lang: str
) -> None:
    public, desk = sites
    faults: list[str] = []
    page = audible(browser.new_context(viewport={"width": 320, "height": 640}).new_page(), faults)
    page.goto(f"{public}/verify?lang={lang}")
    expect(page.locator("html")).to_have_attribute("lang", lang)
    found = in_both_themes(page, "checker")
    receipt = {"head": {"at": "2026-11-20T08:00:00Z"}, "facts": [], "token": "x", "salt": ""}
    sent = {"name": "receipt.json", "mimeType": "application/json", "buffer": json.dumps(receipt).encode()}
    page.set_input_files("#receipt", sent)
    expect(page.locator("#result .bad").first).to_be_visible()
    found += in_both_themes(page, "a receipt that does not hold")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), "wider than the telephone"
    page.goto(f"{desk}/service-desk?lang={lang}&theme=day")
    expect(page.locator("form")).to_be_visible()
    found += in_both_themes(page, "service desk, shut")
    page.locator("input").nth(0).fill("desk.khuzestan.ahvaz")
    page.locator("input").nth(1).fill(PASSWORD)
    page.keyboard.press("Enter")
    expect(page.locator("[role=status]").first).to_be_visible(timeout=20_000)
    found += in_both_themes(page, "service desk")
    page.locator("main .row button").first.click()
    expect(page.locator("textarea")).to_be_visible()
    found += in_both_themes(page, "service desk, a contact")
    found += strangers(page, ["desk.khuzestan.ahvaz"])
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), "wider than the telephone"
    page.context.close()
    assert found == [], "\n".join(found)
    assert faults == []
