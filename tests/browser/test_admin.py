"""Administration in a browser: two people change a rule by keyboard, one takes it back; axe finds nothing to complain of."""

import time

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import PROVINCE, Sit, choose
from tests.browser.test_accessibility import LOOKS, check_every_look, complaints, look
from tests.server import Seat

pytestmark = pytest.mark.browser
ANSWER = "مهلت پاسخ به پیشنهاد، اولویت ۱"


def rules_of(page: Page, office: str) -> None:
    """Open an office's rules as a link would, in Persian by day."""
    look(page, "fa", "day")
    page.evaluate("office => { location.hash = `rules/${office}` }", office)
    expect(page.get_by_label(ANSWER)).to_be_visible(timeout=20_000)


def test_two_people_change_a_rule_by_keyboard_and_one_takes_it_back(sit: Sit) -> None:
    one = sit(f"administrator:{PROVINCE}", "admin")
    expect(one.locator(".admin-nav")).to_be_visible(timeout=20_000)
    found = check_every_look(one, "overview")
    one.keyboard.press("Alt+2")
    rules_of(one, PROVINCE)
    answer = one.get_by_label(ANSWER)
    expect(answer).to_have_value("۱۵")
    answer.fill("۳")
    expect(answer).to_have_attribute("aria-invalid", "true")
    one.get_by_label("چرا؟").fill("شب پرکار")
    one.keyboard.press("Control+KeyS")
    expect(one.locator(".admin-draft")).to_have_count(0)
    answer.fill("۲۵")
    # Somebody else is at work on the same rules, and has not seen what is saved now.
    two = sit(f"administrator:{PROVINCE}:2", "admin")
    rules_of(two, PROVINCE)
    theirs = two.get_by_label(ANSWER)
    theirs.fill("۳۵")
    two.get_by_label("چرا؟").fill("دیگر")
    one.keyboard.press("Control+KeyS")
    expect(one.locator(".admin-draft")).to_contain_text("۱۵ ثانیه")
    expect(one.locator(".admin-draft")).to_contain_text("۲۵ ثانیه")
    one.keyboard.press("Control+Enter")
    expect(one.locator(".admin-draft .btn-why")).to_contain_text("کسی جز شما")
    found += check_every_look(one, "rules with a draft", [("fa", "day"), ("en", "night")], data=["شب پرکار"])

    two.keyboard.press("Control+KeyS")
    both = two.locator(".admin-draft[role=alert]")
    expect(both).to_contain_text(ANSWER.partition("،")[0])
    expect(theirs).to_have_value("۳۵")
    found += complaints(two)
    both.get_by_role("button", name="نوشتهٔ او بماند").press("Enter")
    expect(both).to_have_count(0)
    expect(theirs).to_have_value("۲۵")
    two.keyboard.press("Alt+1")
    expect(two.locator(".admin-list")).to_contain_text("شب پرکار", timeout=20_000)
    two.get_by_role("button", name="خواندن").click()
    expect(two.locator(".admin-draft")).to_contain_text("۲۵ ثانیه")
    two.get_by_role("button", name="انتشار").press("Enter")
    expect(two.locator(".undo-bar")).to_be_visible()
    expect(two.get_by_label(ANSWER)).to_have_value("۲۵")
    two.locator(".admin-changes summary").first.click()
    found += complaints(two)
    # What going back would change is read before it does.
    two.get_by_role("button", name="بازگشت به آغاز").press("Enter")
    going = two.get_by_role("region", name="بازگشت به آغاز")
    expect(going.locator(".admin-lines tbody")).to_contain_text("۱۵ ثانیه")
    found += check_every_look(two, "going back", [("fa", "day"), ("en", "night")], data=["شب پرکار", "بازگشت به آغاز"])
    look(two, "fa", "day")
    expect(theirs).to_have_value("۲۵")
    going.get_by_role("button", name="بازگشت", exact=True).press("Enter")
    expect(theirs).to_have_value("۱۵")
    expect(two.locator(".undo-bar")).to_contain_text("بازگشت انجام شد")
    two.locator("h2").first.click()
    two.keyboard.press("Control+KeyZ")
    expect(theirs).to_have_value("۲۵")
    two.get_by_role("button", name="بازگشت به آغاز").press("Enter")
    going.get_by_role("button", name="بازگشت", exact=True).press("Enter")
    expect(theirs).to_have_value("۱۵")
    assert found == []


def in_every_look(page: Page) -> list[str]:
    """Show a page that has names in both languages in every look, and leave it as it was."""
    found = []
    for lang, theme in LOOKS:
        look(page, lang, theme)
        found += [f"{lang} {theme}: {said}" for said in complaints(page, ".admin-page")]
    look(page, "fa", "day")
    return found


def test_kinds_plans_words_texts_and_names_are_changed_and_read_in_words(sit: Sit) -> None:
    page = sit(f"administrator:{PROVINCE}", "admin")
    expect(page.locator(".admin-nav")).to_be_visible(timeout=20_000)
    found = []
    for section, press in (("kinds", "نوع تازه"), ("plans", "طرح تازه")):
        page.evaluate("section => { location.hash = section }", section)
        if section == "kinds":
            expect(page.get_by_role("button", name=press).first).to_be_visible()
            found += in_every_look(page)
        page.get_by_role("button", name=press).first.click()
        if section == "kinds":
            page.get_by_label("نام فارسی").fill("پهپاد مزاحم")
            page.get_by_label("نام انگلیسی").fill("Drone")
            page.get_by_label("چرا؟").fill("آزمون")
        page.keyboard.press("Control+KeyS")
        expect(page.locator(".admin-draft .admin-lines tbody tr")).to_have_count(1)
        found += complaints(page)
        page.get_by_role("button", name="دور انداختن پیش‌نویس").click()
        expect(page.locator(".admin-draft")).to_have_count(0)
    page.evaluate("location.hash = 'offices'")
    page.locator(".tree-row", has_text="شهرستان").click()
    page.get_by_role("button", name="کلانتری تازه").click()
    page.get_by_label("نام فارسی").fill("کلانتری آزمون")
    page.get_by_label("نام انگلیسی").fill("Trial")
    expect(page.locator(".tree-side > [role=alert]")).to_contain_text("زمینی ندارد")
    choose(page, "محدودهٔ گشت یگانی دیگر", f"{PROVINCE}.tehran.11.1")
    page.get_by_role("button", name="دادن این محدوده").press("Enter")
    page.get_by_label("چرا؟").fill("آزمون")
    page.keyboard.press("Control+KeyS")
    expect(page.locator(".admin-draft .admin-lines tbody tr")).to_have_count(2)
    found += complaints(page)
    page.get_by_role("button", name="دور انداختن پیش‌نویس").click()
    page.evaluate("location.hash = 'words'")
    page.get_by_label("یافتن واژه").fill("چاقو")
    page.locator(".book-list [role=row]").first.click()
    choose(page, "وزن", "2")
    page.keyboard.press("Control+KeyS")
    expect(page.locator(".admin-draft")).to_contain_text("وزن ۲")
    expect(page.locator(".admin-draft")).to_contain_text("جملهٔ آزمون")
    found += complaints(page)
    page.get_by_role("button", name="انتشار").press("Enter")
    page.locator(".undo-bar button").press("Enter")
    expect(page.locator(".admin-setting-head")).to_contain_text("آنچه با برنامه آمده")
    page.evaluate("location.hash = 'questions'")
    expect(page.locator(".book-question").first).to_be_visible()
    found += in_every_look(page)
    page.evaluate("location.hash = 'texts'")
    page.get_by_label("پیوند پرسیدن جا").fill("بی نشانی")
    page.get_by_label("چرا؟").fill("آزمون")
    page.keyboard.press("Control+KeyS")
    expect(page.locator(".admin-setting [role=alert]")).to_contain_text("پیوند پرسیدن جا · ")
    expect(page.locator(".admin-setting [role=alert]")).to_contain_text("{link} در آن نیست")
    page.evaluate("location.hash = 'imports'")
    choose(page, "چه فهرستی؟", "units")
    listed = f"نشان رادیویی;یگان\nZ91;{PROVINCE}\nZ92;هیچ‌جا\n".encode("utf-8-sig")
    page.locator("input[type=file]").set_input_files({"name": "a.csv", "mimeType": "text/csv", "buffer": listed})
    expect(page.locator(".imports-bad tbody tr")).to_contain_text("چنین یگانی زیر نظر شما نیست")
    page.get_by_label("چرا؟").fill("آزمون")
    page.get_by_role("button", name="پیش‌نویس از ۱ مورد").press("Enter")
    expect(page.locator(".admin-draft .admin-lines tbody tr")).to_contain_text("Z91")
    found += complaints(page)
    page.get_by_role("button", name="دور انداختن پیش‌نویس").click()
    page.evaluate("location.hash = 'hazards'")
    expect(page.locator(".hazards-list")).to_be_visible()
    found += complaints(page)
    page.evaluate("location.hash = 'aliases'")
    page.get_by_label("نام", exact=True).fill("میدان آزمون")
    page.get_by_label("عرض و طول جغرافیایی").fill("۳۵٫۷۱۵۶ ۵۱٫۴۰۸۹")
    page.get_by_role("button", name="افزودن نام").click()
    expect(page.locator(".admin-list")).to_contain_text("میدان آزمون")
    page.get_by_role("button", name="برداشتن").click()
    expect(page.locator(".undo-bar")).to_contain_text("میدان آزمون")
    page.keyboard.press("Control+KeyZ")
    expect(page.locator(".admin-list")).to_contain_text("میدان آزمون")
    found += complaints(page)
    page.get_by_role("button", name="برداشتن").click()
    assert found == []


def test_a_handheld_joins_a_unit_by_a_code_and_is_out_at_once_when_it_is_taken_back(sit: Sit) -> None:
    page = sit(f"administrator:{PROVINCE}", "admin")
    expect(page.locator(".admin-nav")).to_be_visible(timeout=20_000)
    page.evaluate("location.hash = 'people'")
    expect(page.locator(".people-list")).to_be_visible()
    found = complaints(page)
    page.evaluate("location.hash = 'devices'")
    page.get_by_label("نام رمز").fill("a۰۹")
    expect(page.locator(".admin-card .btn-why").last).to_contain_text("هست")
    page.locator(".admin-office", has_text="A09").click()
    # F1 says what is open, and that nothing is drafted in it.
    page.keyboard.press("F1")
    expect(page.locator(".help")).to_contain_text("واحدها و دستگاه‌ها: واحدی را برگزینید")
    expect(page.locator(".help")).to_contain_text("در این بخش پیش‌نویسی نیست")
    found += complaints(page, ".help")
    page.keyboard.press("Escape")
    page.get_by_role("button", name="کد برای دستگاه همراه").click()
    code = page.locator(".people-code").inner_text()
    found += complaints(page)
    # Whoever holds it sits nowhere else: the code alone lets it in.
    handheld = sit(f"officer:{PROVINCE}.u.A10", f"field#enrol={code}", width=412, height=800)
    expect(handheld.locator("body")).to_contain_text("A09", timeout=20_000)
    assert "enrol" not in handheld.url
    held = """async name => (await new Promise(done => {
        const opening = indexedDB.open(name)
        opening.onsuccess = () => {
            const asked = opening.result.transaction("key").objectStore("key").get("key")
            asked.onsuccess = () => done(asked.result.privateKey)
        }
    })).extractable"""
    assert handheld.evaluate(held, "nazdik-device") is False, "the key can be taken out of the handheld"
    # Without its session it signs in by its own credential and key.
    handheld.evaluate("sessionStorage.removeItem('nazdik.token')")
    handheld.context.clear_cookies()
    handheld.reload()
    expect(handheld.locator("body")).to_contain_text("A09", timeout=20_000)
    page.keyboard.press("Escape")
    row = page.locator("tr", has_text=f"{PROVINCE}.d.")
    expect(row).to_contain_text("روشن", timeout=20_000)
    expect(row).to_contain_text("با کلید خودش")
    # Copied to another telephone, all that is kept in words opens nothing there; it says so, and takes a new code.
    words = handheld.evaluate("[localStorage.getItem('nazdik.field.device'), sessionStorage.getItem('nazdik.token')]")
    copy = sit(f"officer:{PROVINCE}.u.A11", "field", width=412, height=800)
    copy.evaluate(
        """([device, token]) => {
            localStorage.setItem('nazdik.field.device', device); sessionStorage.setItem('nazdik.token', token)
        }""",
        words,
    )
    copy.reload()
    expect(copy.get_by_label("کد دستگاه")).to_be_visible(timeout=20_000)
    expect(copy.get_by_role("alert")).to_contain_text("کلید این دستگاه")
    said = copy.get_by_role("alert").inner_text()  # The server said it in the language it was asked in.
    found += check_every_look(copy, "a handheld that is not let in", data=[said])
    # A call for help in a dead zone, and the device is taken back before it could be sent.
    handheld.context.set_offline(True)
    handheld.get_by_role("button", name="کمک فوری").focus()
    handheld.keyboard.down("Space")
    expect(handheld.locator(".tray")).to_contain_text("در صف: ۱", timeout=15_000)
    handheld.keyboard.up("Space")
    row.get_by_role("button", name="پس گرفتن").click()
    expect(row).to_contain_text("پس گرفته شد")
    handheld.context.set_offline(False)
    # It finds out by itself, shows nothing more, and says what nobody has had.
    expect(handheld.get_by_label("کد دستگاه")).to_be_visible(timeout=30_000)
    expect(handheld.locator("body")).not_to_contain_text("آمادهٔ خدمت")
    expect(handheld.get_by_role("status")).to_contain_text("۱ درخواست کمک")
    said = handheld.get_by_role("alert").inner_text()
    found += check_every_look(handheld, "a handheld taken back", [("fa", "day"), ("en", "night")], data=[said, "A09"])
    look(handheld, "fa", "day")
    # Let in for the same unit again it sends the call.
    page.get_by_role("button", name="کد برای دستگاه همراه").click()
    handheld.get_by_label("کد دستگاه").fill(page.locator(".people-code").inner_text())
    handheld.get_by_role("button", name="پیوستن به واحد").click()
    desk, deadline = Seat(page.url.partition("/admin")[0], f"dispatcher:{PROVINCE}"), time.monotonic() + 20
    while not any(unit["call_sign"] == "A09" and unit["emergency"] for unit in desk.get("/v1/units").json()["units"]):
        assert time.monotonic() < deadline, "the call for help is lost"
        time.sleep(0.1)
    assert found == []


def test_a_unit_is_called_otherwise_retires_and_comes_back_and_what_is_typed_stays(sit: Sit) -> None:
    page = sit(f"administrator:{PROVINCE}", "admin")
    expect(page.locator(".admin-nav")).to_be_visible(timeout=20_000)
    look(page, "fa", "day")
    page.evaluate("location.hash = 'devices'")
    page.get_by_label("نام رمز").fill("U۵۱")
    # Looking elsewhere loses nothing that was typed, here or there.
    page.evaluate("location.hash = 'aliases'")
    page.get_by_label("نام", exact=True).fill("میدان نانوشته")
    page.evaluate("location.hash = 'devices'")
    expect(page.get_by_label("نام رمز")).to_have_value("U۵۱")
    page.get_by_role("button", name="افزودن واحد").click()
    expect(page.locator(".admin-card [role=status]")).to_contain_text("U51")
    page.evaluate("location.hash = 'aliases'")
    expect(page.get_by_label("نام", exact=True)).to_have_value("میدان نانوشته")
    page.get_by_label("نام", exact=True).fill("")
    page.evaluate("location.hash = 'devices'")
    page.get_by_label("یافتن واحد").fill("u51")
    page.locator(".admin-office", has_text="U51").click()
    card = page.get_by_label("U51", exact=True)
    expect(card.locator(".btn-why").first).to_contain_text("چیزی عوض نشده")
    page.get_by_label("نام رمز").fill("U52")
    page.get_by_text("کمک‌های نخستین", exact=True).click()
    page.keyboard.press("Control+KeyS")
    card = page.get_by_label("U52", exact=True)
    expect(card).to_contain_text("نام رمز پیشین: U51")
    expect(card.locator(".undo-bar")).to_contain_text("تغییر کرد")
    desk = Seat(page.url.partition("/admin")[0], f"dispatcher:{PROVINCE}")

    def units() -> dict[str, str]:
        return {unit["call_sign"]: unit["id"] for unit in desk.get("/v1/units").json()["units"]}

    assert units().get("U52") == f"{PROVINCE}.u.U51"
    page.keyboard.press("Control+KeyZ")
    card = page.get_by_label("U51", exact=True)
    expect(page.get_by_label("نام رمز")).to_have_value("U51")
    # Its id begins with the first sign, so a link to it holds.
    assert page.url.endswith("U51")
    card.get_by_role("button", name="کنار گذاشتن").press("Enter")
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text("سابقه‌اش می‌ماند")
    found = complaints(page)
    dialog.get_by_role("button", name="کنار گذاشته شود").press("Enter")
    expect(card.get_by_role("button", name="بازگرداندن")).to_be_visible()
    expect(page.locator(".admin-office", has_text="U51")).to_contain_text("کنار گذاشته")
    assert "U51" not in units()
    found += check_every_look(page, "a retired unit", [("fa", "day"), ("en", "night")])
    look(page, "fa", "day")
    card.get_by_role("button", name="بازگرداندن").press("Enter")
    expect(page.get_by_label("نام رمز")).to_have_value("U51")
    assert "U51" in units()
    page.set_viewport_size({"width": 320, "height": 700})
    found += complaints(page)
    assert found == []


def test_who_stands_above_the_provinces_works_in_one_at_a_time(sit: Sit) -> None:
    page = sit("national_desk:iran", "admin")
    expect(page.locator(".admin-head .choice")).to_contain_text("تهران", timeout=20_000)
    rules_of(page, PROVINCE)
    assert complaints(page) == []


def test_two_people_open_anothers_seat_and_every_desk_is_told(sit: Sit) -> None:
    why = "میز مرکز پاسخ نمی‌دهد"
    taker = sit(f"call_taker:{PROVINCE}", "#glass")
    taker.get_by_label("چرا؟").fill(why)
    found = check_every_look(taker, "asking for another's seat", data=[why])
    look(taker, "fa", "day")
    taker.get_by_label("چرا؟").press("Enter")
    expect(taker.get_by_role("status").first).to_contain_text("نفر دوم")

    second = sit(f"administrator:{PROVINCE}", "#glass")
    expect(second.locator(".identity-key")).to_contain_text(why)
    found += check_every_look(second, "agreeing", data=[why, f"seat:call_taker:{PROVINCE}"])
    look(second, "fa", "day")
    second.get_by_role("button", name="می‌پذیرم").press("Enter")
    taker.get_by_role("button", name="نشستن تا نیم ساعت").press("Enter", timeout=20_000)
    taker.wait_for_url("**/console")
    expect(taker.locator(".status-bar")).to_contain_text("برخط", timeout=20_000)
    expect(taker.locator(".strips")).to_contain_text("اضطرار")
    # Ended by whoever answers for the office, and out at once.
    second.get_by_role("button", name="پایان دادن").press("Enter", timeout=20_000)
    expect(second.locator(".identity-key")).to_have_count(0)
    assert taker.request.get(taker.url.replace("/console", "/v1/session")).status == 401
    assert found == []


def test_whoever_may_only_read_finds_a_kind_and_a_word_and_changes_nothing(sit: Sit) -> None:
    page = sit(f"auditor:{PROVINCE}", "admin")
    expect(page.locator(".admin-nav")).to_be_visible(timeout=20_000)
    for section, name in (("kinds", "آتش"), ("words", "آتش")):
        page.evaluate("section => { location.hash = section }", section)
        box = page.locator(".book-list input[type=search]")
        box.fill(name, timeout=20_000)
        row = page.locator(".book-list [role=row]").first
        expect(row).to_contain_text(name)
        row.click()
        expect(page.locator(".book-two :is(input, textarea):disabled").first).to_be_visible()
        expect(page.locator(".book-two :is(input, textarea, select, button):enabled")).to_have_count(1)
    page.evaluate("location.hash = 'questions'")
    expect(page.locator(".admin-book .choice").first.get_by_role("button")).to_be_enabled(timeout=20_000)
    expect(page.locator(".admin-book .locked :is(input, button)").first).to_be_disabled()
