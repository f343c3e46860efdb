"""Who asks behind proxies: what a trusted proxy says of the last hop counts, what anybody else says does not."""

import asyncio
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nazdik.platform.http import ProxyInvalid, RealClient, networks_of

OURS = ("127.0.0.1", "10.0.0.0/8", "fd00::/8")


def seen(peer: str | None, *headers: str, trusted: tuple[str, ...] = OURS) -> str | None:
    """Return whom the application behind it sees."""
    found: list[Any] = []

    async def app(scope: Any, receive: Any, send: Any) -> None:
        found.append(scope["client"])

    scope: Any = {
        "type": "http",
        "client": None if peer is None else (peer, 4711),
        "headers": [(b"x-forwarded-for", one.encode("latin-1")) for one in headers],
    }
    asyncio.run(RealClient(app, networks_of(trusted))(scope, None, None))  # type: ignore[arg-type]
    return None if found[0] is None else str(found[0][0])


def test_without_a_trusted_proxy_the_header_is_nothing() -> None:
    assert seen("198.51.100.1", "203.0.113.9", trusted=()) == "198.51.100.1"
    assert seen("127.0.0.1", "203.0.113.9", trusted=()) == "127.0.0.1"
    assert seen("198.51.100.1", "203.0.113.9") == "198.51.100.1", "a stranger says what he likes"
    assert seen(None, "203.0.113.9") is None


def test_it_is_read_from_the_right_up_to_the_first_that_is_not_ours() -> None:
    assert seen("127.0.0.1", "203.0.113.9") == "203.0.113.9"
    assert seen("127.0.0.1", "1.1.1.1, 203.0.113.9") == "203.0.113.9", "what is left of the client is hearsay"
    assert seen("127.0.0.1", "1.1.1.1, 203.0.113.9, 10.2.3.4") == "203.0.113.9"
    assert seen("127.0.0.1", "1.1.1.1", "203.0.113.9, 10.2.3.4") == "203.0.113.9", (
        "a second header goes on where one ended"
    )
    assert seen("127.0.0.1", "10.1.1.1, 10.2.3.4") == "10.1.1.1", "within the house"


def test_what_cannot_be_read_ends_the_reading() -> None:
    assert seen("127.0.0.1", "203.0.113.9, unknown, 10.2.3.4") == "10.2.3.4"
    assert seen("127.0.0.1", "203.0.113.9, ") == "127.0.0.1"
    assert seen("127.0.0.1", "_hidden") == "127.0.0.1"
    assert seen("127.0.0.1") == "127.0.0.1"


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("203.0.113.9:55", "203.0.113.9"),
        ("[2001:db8::1]:55", "2001:db8::1"),
        ("2001:db8::1", "2001:db8::1"),
        ("::ffff:203.0.113.9", "203.0.113.9"),
        ('"203.0.113.9"', "203.0.113.9"),
    ],
)
def test_ports_brackets_and_mapped_addresses_are_one_address(said: str, meant: str) -> None:
    assert seen("::ffff:127.0.0.1", said) == meant


@given(st.lists(st.text(max_size=12).map(lambda text: text.encode("latin-1", "replace").decode("latin-1")), max_size=4))
def test_nothing_that_a_stranger_puts_in_front_changes_who_he_is(made_up: list[str]) -> None:
    assert seen("10.0.0.1", *made_up, "203.0.113.9") == "203.0.113.9"


def test_names_that_are_no_network_are_refused() -> None:
    for name in ("proxy", "10.0.0.0/99", ""):
        with pytest.raises(ProxyInvalid):
            networks_of([name])
