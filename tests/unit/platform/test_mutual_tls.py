"""The head of a request at the door that asks for certificates: ours is said once, and nobody else's is believed."""

from hypothesis import given, settings
from hypothesis import strategies as st

from nazdik.platform.mutual_tls import FINGERPRINT, PROOF, fingerprint, with_certificate


def headers(head: bytes) -> list[tuple[str, str]]:
    lines = head.decode("latin-1").removesuffix("\r\n\r\n").split("\r\n")[1:]
    return [(name.lower(), value.strip()) for name, _, value in (line.partition(":") for line in lines)]


def test_what_a_caller_says_of_itself_is_taken_out() -> None:
    head = f"GET /EIDO/x HTTP/1.1\r\nHost: a\r\n{FINGERPRINT.upper()}: forged\r\n{PROOF}: guess\r\nConnection: keep-alive\r\n\r\n"
    made = with_certificate(head.encode(), "own", "secret")
    assert made is not None
    assert headers(made) == [("host", "a"), ("connection", "close"), (FINGERPRINT, "own"), (PROOF, "secret")]


def test_a_websocket_goes_through() -> None:
    head = b"GET /EIDO/Subscribe HTTP/1.1\r\nHost: a\r\nUpgrade: WebSocket\r\nConnection: Upgrade\r\nSec-WebSocket-Key: k\r\n\r\n"
    made = with_certificate(head, "own", "secret")
    assert (
        made is not None and ("connection", "Upgrade") in headers(made) and ("sec-websocket-key", "k") in headers(made)
    )


def test_a_head_that_can_be_read_in_two_ways_is_none() -> None:
    for line in (
        f" {PROOF}: x",
        f"{PROOF} : x",
        "folded\r\n more: x",
        "no colon",
        f"a: b\n{PROOF}: x",
        f"a: b\r{PROOF}: x",
        ": x",
        "a\0: b",
    ):
        assert with_certificate(f"GET / HTTP/1.1\r\n{line}\r\n\r\n".encode(), "own", "secret") is None, line


@settings(max_examples=200, deadline=None)
@given(st.binary(max_size=200))
def test_whatever_comes_only_our_own_word_is_in_it(noise: bytes) -> None:
    made = with_certificate(b"GET / HTTP/1.1\r\n" + noise + b"\r\n\r\n", "own", "secret")
    if made is not None:
        said = [value for name, value in headers(made) if name.strip() in (FINGERPRINT, PROOF)]
        assert said == ["own", "secret"]


def test_a_fingerprint_is_the_certificates_digest() -> None:
    assert fingerprint(b"") == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
