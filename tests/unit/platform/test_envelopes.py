"""The sample in docs/interfaces/envelopes.md is what it says: it opens, its receipt holds, and nothing else does."""

import json

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from tests.interfaces import samples

from nazdik.platform.envelopes import EnvelopeUnsound, ReceiptUnsound, read_receipt, unseal
from nazdik.platform.eventlog.heads import public_hex

SENDER = public_hex(Ed25519PrivateKey.from_private_bytes(bytes([1]) * 32))
RECEIVER = X25519PrivateKey.from_private_bytes(bytes([2]) * 32)
SIGNER = public_hex(Ed25519PrivateKey.from_private_bytes(bytes([3]) * 32))


def sample(name: str) -> bytes:
    return samples("envelopes", f"json {name}")[0].rstrip("\n").encode()


def test_the_sample_opens_and_is_signed_for() -> None:
    envelope, letter = unseal(sample("envelope"), to="personnel", receiver=RECEIVER, sender=SENDER)
    assert json.loads(letter) == json.loads(sample("letter"))
    receipt = read_receipt(sample("receipt"), sample("envelope"), id_=envelope.id, key=SIGNER)
    assert receipt.reference == "P-1405-00012"


@pytest.mark.parametrize(
    "change", [(b'"at":"2026', b'"at":"2025'), (b"personnel", b"judiciary"), (b'"sealed":"', b'"sealed":"A')]
)
def test_an_envelope_that_was_changed_does_not_open(change: tuple[bytes, bytes]) -> None:
    with pytest.raises(EnvelopeUnsound):
        unseal(sample("envelope").replace(*change), to="personnel", receiver=RECEIVER, sender=SENDER)


def test_a_receipt_is_for_one_envelope_by_one_system() -> None:
    id_ = "4a1f0c9d27b35e6688f1.personnel"
    body, receipt = sample("envelope"), sample("receipt")
    for given, of, key in (
        (receipt, body + b" ", SIGNER),
        (receipt, body, SENDER),
        (receipt.replace(b"00012", b"00013"), body, SIGNER),
        (b"[]", body, SIGNER),
    ):
        with pytest.raises(ReceiptUnsound):
            read_receipt(given, of, id_=id_, key=key)
