"""Webhooks: what is signed, where they may go, what a handshake means and when they are tried again."""

import base64
import hashlib
import hmac
import json
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nazdik.interchange import webhooks as rules
from nazdik.interchange.errors import EndpointExists, EndpointNotFound, UrlNotAllowed
from nazdik.interchange.names import Names
from nazdik.interchange.webhook_store import Endpoint, Message, WebhookStore
from nazdik.kernel import Instant
from nazdik.published.shared import SharedIncident
from tests.interfaces import samples
from tests.unit.interchange.test_eido import AT, incidents

SECRET = "whsec_MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY="
HOSTS = frozenset({"board.example", "board.example:8443", "127.0.0.1:9000"})


def test_the_signature_of_the_page_is_what_any_receiver_computes() -> None:
    head, _, body = samples("webhooks", "http")[0].rstrip("\n").partition("\n\n")
    headers = dict(line.split(": ", 1) for line in head.splitlines())
    content = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.{body}".encode()
    wanted = base64.b64encode(hmac.new(b"0123456789abcdef" * 2, content, hashlib.sha256).digest()).decode()
    assert headers["webhook-signature"] == f"v1,{wanted}"
    given_ = (headers["webhook-id"], int(headers["webhook-timestamp"]), body.encode())
    assert rules.signed(*given_, [SECRET]) == headers["webhook-signature"]


@settings(max_examples=60)
@given(st.binary(max_size=80), st.binary(max_size=80), st.integers(0, 2**33))
def test_a_signature_holds_for_these_bytes_this_id_and_this_time_alone(one: bytes, other: bytes, at_s: int) -> None:
    old, new = rules.new_secret(), rules.new_secret()
    header = rules.signed("evt_1", at_s, one, [new, old])
    assert rules.verifies(header, "evt_1", at_s, one, old) and rules.verifies(header, "evt_1", at_s, one, new)
    assert not rules.verifies(header, "evt_2", at_s, one, new)
    assert not rules.verifies(header, "evt_1", at_s + 1, one, new)
    assert not rules.verifies(header, "evt_1", at_s, one, rules.new_secret())
    assert (one == other) is rules.verifies(header, "evt_1", at_s, other, new)


@pytest.mark.parametrize(
    "url", ["https://board.example/x?y=1", "https://board.example:8443/", "http://127.0.0.1:9000/"]
)
def test_a_named_host_may_be_sent_to(url: str) -> None:
    assert rules.checked_url(url, HOSTS) == url


@pytest.mark.parametrize(
    "url",
    [
        "http://board.example/",
        "https://elsewhere.example/",
        "https://board.example.elsewhere.example/",
        "https://board.example@elsewhere.example/",
        "https://user:word@board.example/",
        "https://board.example:22/",
        "https://127.0.0.1/",
        "http://127.0.0.1:9001/",
        "http://[::1]:9000/",
        "http://169.254.169.254/latest/meta-data",
        "file:///etc/passwd",
        "gopher://board.example/",
        "https://board.example/#x",
        "https://board.example\\@elsewhere.example/",
        "https://board.example/a b",
        "https://board.example/\r\nx: y",
        "https://board.example:x/",
        "https://[board.example/",
        "https://board.example/" + "x" * 600,
        "",
    ],
)
def test_every_other_address_is_refused(url: str) -> None:
    with pytest.raises(UrlNotAllowed):
        rules.checked_url(url, HOSTS)


def test_a_receiver_must_name_us_or_everyone() -> None:
    assert rules.allows("cad.example.org", None, "cad.example.org") == (True, None)
    assert rules.allows("*", "120", "cad.example.org") == (True, 120)
    assert rules.allows("other.example", "*", "cad.example.org") == (False, None)
    assert rules.allows(None, "*", "cad.example.org") == (False, None)
    for rate in ("0", "-1", "many", "²", "9999999"):
        assert rules.allows("*", rate, "cad.example.org") == (False, None)


def test_tries_grow_from_five_seconds_to_a_day_over_three_days_and_then_end() -> None:
    waits = [rules.next_try_s(tries, None) for tries in range(1, 10)]
    assert waits[0] == 5 and waits[-1] == 86_400 and waits == sorted(w for w in waits if w is not None)
    assert 3 * 86_400 <= sum(w for w in waits if w is not None) <= 3.5 * 86_400
    assert rules.next_try_s(10, "5") is None


def test_a_receiver_may_ask_for_more_time_but_not_for_less_or_for_ever() -> None:
    assert rules.next_try_s(1, "60") == 60
    assert rules.next_try_s(2, "1") == 300
    assert rules.next_try_s(1, "99999999") == 86_400
    for nonsense in ("soon", "-5", "9" * 50, "²", ""):
        assert rules.next_try_s(1, nonsense) == 5


@settings(max_examples=60, deadline=None)
@given(incidents)
def test_an_event_without_the_grant_has_no_place_and_no_words(incident: SharedIncident) -> None:
    names = Names("cad.example.org")
    bare, whole = (
        rules.cloud_event(incident, names, word="closed", position=7, at=AT, personal=personal)
        for personal in (False, True)
    )
    sample = json.loads(samples("webhooks", "json")[0])
    assert set(bare) == set(sample) and set(bare["data"]) == set(sample["data"])
    assert set(whole["data"]) - set(bare["data"]) == {"point", "place", "narrative", "callers"}
    assert bare["type"] in rules.TYPES and {"id", "source", "specversion", "type"} <= set(bare)


def endpoint(name: str) -> Endpoint:
    return Endpoint(name, "fire", "https://board.example/", (), ((SECRET, None),), None, AT)


def message(own: str, at: Instant = AT) -> Message:
    return Message(own, "a", "k.i1", b"{}", at, next_at=at)


def test_what_is_kept_is_there_after_a_restart_and_comes_once(tmp_path: Path) -> None:
    file = tmp_path / "webhooks.sqlite"
    store = WebhookStore(file)
    store.add(endpoint("a"))
    assert store.reached("a", "k") is None
    store.put("a", "k", 5, [message("m1"), message("m2")])
    store.put("a", "k", 5, [message("m1")])
    store.failed("m2", tries=1, next_at=Instant(AT + 1), last="503")
    store.close()
    store = WebhookStore(file)
    assert store.reached("a", "k") == 5
    assert [one.id for one in store.due("a", AT, 10)] == ["m1"]
    assert [(one.id, one.tries) for one in store.due("a", Instant(AT + 1), 10)] == [("m1", 0), ("m2", 1)]
    with pytest.raises(EndpointExists):
        store.add(endpoint("a"))
    store.close()


def test_dead_letters_are_listed_and_revived_and_an_end_makes_them(tmp_path: Path) -> None:
    store = WebhookStore(tmp_path / "webhooks.sqlite")
    store.add(endpoint("a"))
    store.put("a", "k", 1, [message("m1"), message("m2")])
    store.failed("m1", tries=10, next_at=None, last="500")
    assert [(one.id, one.last) for one in store.dead()] == [("m1", "500")]
    store.end("a", "gone", AT)
    assert [one.id for one in store.dead()] == ["m1", "m2"]
    assert store.get("a").ended_why == "gone" and store.due("a", AT, 10) == []
    assert store.revive("a", AT) == 2 and [one.tries for one in store.due("a", AT, 10)] == [0, 0]
    with pytest.raises(EndpointNotFound):
        store.revive("b", AT)
    store.close()
