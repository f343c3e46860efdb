"""Log events: what we write holds, what is wrong is named, and a signature is worth what its key is."""

import base64
import json
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from hypothesis import given, settings
from hypothesis import strategies as st

from nazdik.interchange.jws import KEY_FILE, SignatureWrong, load_signer, verified
from nazdik.interchange.log_check import faults_of
from nazdik.interchange.log_events import TYPES, Fact, log_event, log_id, place_of
from nazdik.interchange.names import Names
from nazdik.kernel import Instant, ProvinceId
from tests.golden import made
from tests.interfaces import samples

SAMPLE: dict[str, Any] = json.loads(samples("log-events", "json")[0])
NAMES = Names("cad.example.org")
P = ProvinceId("khuzestan")
LONG = "a" * 64

# The variations of the i3 conformance suite's test of log events, in the kinds that its report lists.
WRONG: list[tuple[str, Any]] = [
    *(("timestamp", f"2026-{month}-21T04:44:58+03:30") for month in ("00", "13", "1", "aa")),
    *(("timestamp", f"2026-11-{day}T04:44:58+03:30") for day in ("00", "31", "32", "1")),
    ("timestamp", "2026-02-29T04:44:58+03:30"),
    *(("timestamp", f"2026-11-21T{time}+03:30") for time in ("24:00:00", "04:60:00", "04:44:61", "4:44:58", "04:44")),
    *(("timestamp", f"2026-11-21T04:44:58{zone}") for zone in ("", "Z", "+15:00", "+03:60", "+3:30", "0330", "+24:00")),
    *(
        ("timestamp", text)
        for text in ("", "now", "2026-11-21", "2026-11-21 04:44:58+03:30", "26-11-21T04:44:58+03:30")
    ),
    *(
        ("elementId", host)
        for host in ("", "cad", "cad..example.org", ".cad.example.org", "cad.example.org.", "c_d.example.org")
    ),
    ("elementId", f"{LONG}.example.org"),
    ("elementId", ".".join(["abcdefghi"] * 26)),
    ("elementId", "-cad.example.org"),
    *(("agencyId", host) for host in ("cad example.org", "cad..example.org", "cad-.example.org", "دام.نمونه")),
    *(
        ("agencyAgentId", agent)
        for agent in ("taker", "a@@cad.example.org", "a@b@cad.example.org", "@cad.example.org", "a@cad", "a@")
    ),
    *(("agencyAgentId", f"{user}@cad.example.org") for user in ("a b", LONG + "a", "a..b")),
    *(
        ("callId", f"urn:emergency:uid:callid:{word}:cad.example.org")
        for word in ("", "123456789", "1" * 37, "12345-7890", "1234567890 ")
    ),
    ("callId", "urn:emergency:uid:incidentid:1234567890:cad.example.org"),
    ("callId", "urn:emergency:uid:callid:1234567890"),
    ("callId", "urn:emergency:uid:callid:1234567890:cad..example.org"),
    ("incidentId", "urn:emergency:uid:callid:1234567890:cad.example.org"),
    *(
        ("ipAddressPort", text)
        for text in ("192.0.2.20", "192.0.2.20:65536", "192.0.2.20:0", "192.0.2.256:1", "[::1:5060", ":5060")
    ),
    ("direction", "sideways"),
    ("logEventType", "Something"),
    ("logEventType", None),
    ("timestamp", 5),
]


def test_the_sample_of_the_page_holds() -> None:
    assert faults_of(SAMPLE, signer="khuzestan.cad.example.org") == ()
    assert faults_of({**SAMPLE, "ipAddressPort": "[2001:db8::1]:5061"}) == ()
    assert faults_of({**SAMPLE, "ipAddressPort": "192.0.2.20:65535"}) == ()


@pytest.mark.parametrize(("name", "value"), WRONG)
def test_each_way_to_be_wrong_is_named(name: str, value: Any) -> None:
    assert name in [fault.where for fault in faults_of({**SAMPLE, name: value})]


def test_an_event_signed_by_another_is_named() -> None:
    assert faults_of(SAMPLE, signer="other.cad.example.org")[0].what == "signed_by_another"
    assert faults_of([])[0].what == "not_an_object"


@given(
    kind=st.sampled_from(sorted(TYPES)),
    at=st.integers(0, 4 * 10**15),
    actor=st.text(max_size=60),
    position=st.integers(1, 10**12),
)
def test_whatever_is_recorded_is_told_as_a_sound_event_without_saying_who(
    kind: str, at: int, actor: str, position: int
) -> None:
    fact = Fact(
        P, position, Instant(at), kind, actor, "khuzestan.c0011aa22bb33cc44dd55", "khuzestan.i0011aa22bb33cc44dd55"
    )
    for offset_min in (0, 210, -300):
        assert faults_of(log_event(fact, NAMES, offset_min), signer="khuzestan.cad.example.org") == ()
    assert place_of(log_id(P, position, NAMES), NAMES) == (P, position)


def test_one_hand_has_one_name_that_does_not_tell_whose_it_is() -> None:
    def agent(actor: str) -> str:
        return str(log_event(Fact(P, 1, Instant(1), "intake.call_answered.v1", actor), NAMES, 0)["agencyAgentId"])

    assert agent("seat:call_taker:khuzestan").startswith("call_taker-")
    assert agent("m.person") == agent("m.person") != agent("n.person") and "person" not in agent("m.person")


def test_every_kind_that_is_told_is_a_fact_we_record() -> None:
    assert set(TYPES) <= {made.name_of(event_type) for event_type in made.EVENT_TYPES}


def test_a_signature_holds_for_its_own_key_and_for_nothing_else(tmp_path: Path) -> None:
    signer = load_signer(tmp_path, "log.cad.example.org")
    assert (tmp_path / KEY_FILE).stat().st_mode & 0o077 == 0
    again = load_signer(tmp_path, "another.name")
    assert again.kid == signer.kid and again.certificate == signer.certificate
    signed = signer.sign(SAMPLE)
    header = json.loads(base64.urlsafe_b64decode(signed["protected"] + "=="))
    assert header["alg"] == "EdDSA" and header["kid"] == signer.kid and "x5u" not in header
    certificate = x509.load_der_x509_certificate(base64.b64decode(header["x5c"][0]))
    key = certificate.public_key()
    assert isinstance(key, Ed25519PublicKey)
    (published,) = signer.published()["keys"]
    assert Ed25519PublicKey.from_public_bytes(base64.urlsafe_b64decode(published["x"] + "=")) == key
    assert verified(signed, key) == SAMPLE
    for part in ("payload", "protected", "signature"):
        at = len(signed[part]) // 2
        changed = signed[part][:at] + ("A" if signed[part][at] != "A" else "B") + signed[part][at + 1 :]
        with pytest.raises(SignatureWrong):
            verified({**signed, part: changed}, key)
    with pytest.raises(SignatureWrong):
        verified(signed, Ed25519PrivateKey.generate().public_key())


@settings(max_examples=80, deadline=None)
@given(
    st.dictionaries(st.sampled_from(["payload", "protected", "signature"]), st.text(max_size=40) | st.integers())
    | st.none()
)
def test_nothing_that_is_no_signature_makes_the_check_stumble(signed: Any) -> None:
    with pytest.raises(SignatureWrong):
        verified(signed, Ed25519PrivateKey.generate().public_key())
