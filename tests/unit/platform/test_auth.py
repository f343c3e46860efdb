"""Sign-in: tokens that are not kept, ends that are immediate, guesses that are slow."""

import asyncio
import hashlib
import threading
from pathlib import Path

import apsw
import pytest

from nazdik.platform.auth import (
    CommonPassword,
    Hashing,
    Registry,
    Sealing,
    SignInBusy,
    Throttle,
    Tickets,
    TooManyTries,
    WeakPassword,
    Words,
    check_strength,
    is_own_page,
    session_cookie,
    token_of,
)
from nazdik.platform.clock import VirtualClock

PASSWORD = "یک گذرواژهٔ بلند"


@pytest.fixture
def clock() -> VirtualClock:
    return VirtualClock(1_000_000_000)


@pytest.fixture
def registry(tmp_path: Path, clock: VirtualClock) -> Registry:
    return Registry(tmp_path / "registry.sqlite", clock)


def test_a_token_opens_its_session_also_after_a_restart(
    tmp_path: Path, registry: Registry, clock: VirtualClock
) -> None:
    token, session = registry.open_session("desk one", "dispatcher", {"office": "khuzestan"})
    assert registry.find_session(token) == session
    registry.close()
    again = Registry(tmp_path / "registry.sqlite", clock)
    assert again.find_session(token) == session
    assert again.find_session_by_id(session.id) == session


@pytest.mark.parametrize("token", ["", "x", "x" * 5_000, "\ud800", "\x00"])
def test_a_made_up_token_opens_nothing(registry: Registry, token: str) -> None:
    assert registry.find_session(token) is None


def test_nothing_in_the_file_signs_anyone_in(tmp_path: Path, registry: Registry) -> None:
    token, _ = registry.open_session("desk one", "dispatcher", {})
    registry.set_password("desk one", PASSWORD)
    registry.close()
    content = b"".join(file.read_bytes() for file in tmp_path.iterdir())
    for secret in (token, PASSWORD):
        assert secret.encode() not in content


def test_a_session_ends_with_time_and_at_once_when_told(registry: Registry, clock: VirtualClock) -> None:
    first, session = registry.open_session("desk one", "dispatcher", {})
    second, _ = registry.open_session("desk one", "dispatcher", {})
    third, _ = registry.open_session("desk two", "dispatcher", {})
    registry.close_session(session.id)
    assert registry.find_session(first) is None
    assert registry.close_sessions_of("desk one") != ()
    assert registry.find_session(second) is None
    assert registry.find_session(third) is not None
    clock.advance_s(12 * 3_600)
    assert registry.find_session(third) is None


def test_only_the_right_password_of_the_right_person_is_taken(registry: Registry) -> None:
    registry.set_password("desk one", PASSWORD)
    assert registry.check_password("desk one", PASSWORD)
    assert not registry.check_password("desk one", PASSWORD + " ")
    assert not registry.check_password("desk two", PASSWORD)
    assert not registry.check_password("desk one", "x" * 1_000_000)
    for bad in ("short", "x" * 257):
        with pytest.raises(WeakPassword):
            registry.set_password("desk one", bad)


@pytest.mark.parametrize(
    "easy",
    [
        "passwordpassword", "Password123456789", "۱۲۳۴۵۶۷۸۹۰۱۲۳۴۵۶", "qwertyuiopasdfghjkl", "aaaaaaaaaaaaaaaaaaaa",
        "a1a1a1a1a1a1a1a1",
        "desk one desk one", "پلیس ایران 110 110", "ضصثقفغعهخحجچ شسیب", "رمز عبور 1234567890", "Nazdik2026Nazdik2026",
    ],
)  # fmt: skip
def test_what_a_guesser_tries_first_is_refused(easy: str) -> None:
    with pytest.raises(CommonPassword):
        check_strength(easy, "desk one")


@pytest.mark.parametrize("fine", [PASSWORD, "a long enough password", "eleven quiet rivers", "کتری آبی زیر باران"])
def test_a_few_unrelated_words_are_fine(fine: str) -> None:
    check_strength(fine, "desk one")


def test_a_password_is_the_same_from_either_keyboard(registry: Registry) -> None:
    registry.set_password("desk one", "کتری آبی زیر باران")
    assert registry.check_password("desk one", "كتري آبي زير باران")


def test_passwords_kept_as_before_still_open_and_are_written_anew(tmp_path: Path, registry: Registry) -> None:
    salt = b"s" * 16
    old = hashlib.scrypt(PASSWORD.encode(), salt=salt, n=2**15, r=8, p=3, maxmem=64 * 1024 * 1024, dklen=32)
    file = apsw.Connection(str(tmp_path / "registry.sqlite"))
    file.execute("INSERT INTO passwords (person, salt, hash) VALUES ('desk one', ?, ?)", (salt, old))
    assert not registry.check_password("desk one", "another long password")
    assert registry.check_password("desk one", PASSWORD)
    ((new,),) = file.execute("SELECT hash FROM passwords").fetchall()
    assert new.startswith(b"$argon2id$") and registry.check_password("desk one", PASSWORD)
    file.close()


async def test_a_flood_of_strangers_leaves_room_for_desks_that_are_known() -> None:
    hashing, go = Hashing(), threading.Event()
    flood = [asyncio.create_task(hashing.run(go.wait, known_place=False)) for _ in range(30)]
    await asyncio.sleep(0)
    known = asyncio.create_task(hashing.run(lambda: "in", known_place=True))
    await asyncio.sleep(0)
    go.set()
    assert await known == "in"
    said = await asyncio.gather(*flood, return_exceptions=True)
    assert sum(isinstance(each, SignInBusy) for each in said) == 10


def test_guessing_gets_slower_and_a_success_forgives(clock: VirtualClock) -> None:
    throttle = Throttle(clock)
    for _ in range(5):
        throttle.check("desk one", "10.0.0.1")
        throttle.failed("desk one", "10.0.0.1")
    with pytest.raises(TooManyTries) as refused:
        throttle.check("desk one")
    first_wait_s = refused.value.details["retry_after_s"]
    with pytest.raises(TooManyTries):
        throttle.check("somebody else", "10.0.0.1")
    throttle.check("somebody else")
    clock.advance_s(first_wait_s)
    throttle.check("desk one")
    for _ in range(20):
        throttle.failed("desk one")
    with pytest.raises(TooManyTries) as refused:
        throttle.check("desk one")
    assert first_wait_s < refused.value.details["retry_after_s"] <= 301
    throttle.succeeded("desk one")
    throttle.check("desk one")


def test_a_ticket_is_good_once_and_for_thirty_seconds(clock: VirtualClock) -> None:
    tickets = Tickets(Words(Sealing(b"k" * 32, clock), clock))
    ticket, late = tickets.issue("s1"), tickets.issue("s2")
    assert tickets.redeem(ticket.replace("s1", "s2")) is None, "it is another's"
    assert tickets.redeem(ticket) == "s1"
    # The same word in other letters is the same word.
    for again in (ticket, f"{ticket}=", f"{ticket[:9]}!{ticket[9:]}"):
        assert tickets.redeem(again) is None
    clock.advance_s(30.1)
    assert tickets.redeem(late) is None
    for bad in ("made up", "", ".", "s1.", "s1.x", "\ud800.x", "s1." + "A" * 4_000):
        assert tickets.redeem(bad) is None


@pytest.mark.parametrize(
    ("origin", "own"),
    [
        ("https://desk.local:8110", True), ("http://desk.local:8110", True), ("https://desk.local", False),
        ("https://evil.example", False), ("null", False), (None, False), ("https://desk.local:8110.evil.example", False),
        ("https://trusted.example", True),
    ],
)  # fmt: skip
def test_only_our_own_pages_may_use_a_cookie(origin: str | None, own: bool) -> None:
    assert is_own_page(origin, "desk.local:8110", frozenset({"https://trusted.example"})) is own


def test_over_tls_a_page_that_came_without_is_not_ours() -> None:
    assert is_own_page("https://desk.local", "desk.local", secure=True)
    assert not is_own_page("http://desk.local", "desk.local", secure=True)


def test_a_token_is_found_in_header_or_cookie() -> None:
    assert token_of({"nazdik_session": "c"}, None) == "c"
    assert token_of({"nazdik_session": "c"}, "Bearer h") == "h"
    assert token_of({"nazdik_session": "c"}, "Basic h") is None
    assert token_of({}, "Bearer ") is None
    assert token_of({}, None) is None
    assert token_of({"nazdik_session": "c"}, None, secure=True) is None
    assert token_of({"__Host-nazdik_session": "c"}, None, secure=True) == "c"


def test_the_cookie_is_out_of_reach_of_scripts_and_other_sites() -> None:
    cookie = session_cookie("t", secure=True, max_age_s=60)
    assert all(word in cookie for word in ("HttpOnly", "SameSite=Strict", "Secure", "Path=/", "Max-Age=60"))
    assert "Secure" not in session_cookie("t", secure=False, max_age_s=60)
    assert "Max-Age=0" in session_cookie("", secure=True, max_age_s=60)
