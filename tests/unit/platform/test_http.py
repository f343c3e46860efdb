"""The doors: problems with codes, headers, files in parts, and no input that ends in a 5xx."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest
from litestar import Litestar, Request, Response, get, post
from litestar.params import FromPath, FromQuery, JSONBody
from litestar.testing import TestClient

from nazdik.kernel import Conflict, Forbidden, Invalid, NotFound, Unavailable
from nazdik.platform.auth import NotSignedIn, TooManyTries
from nazdik.platform.http import (
    BODY_BYTES_MAX,
    EXCEPTION_HANDLERS,
    add_headers,
    find_file,
    idempotency_key,
    language_of,
    page,
    register,
    send_file,
)
from nazdik.platform.http.files import part_of
from nazdik.platform.http.headers import IdempotencyKeyInvalid, IdempotencyKeyMissing

JSON = {"content-type": "application/json"}


class OwnText(Conflict):
    code = "toy.own_text"


class NoText(Conflict):
    code = "toy.no_text"


class Body(msgspec.Struct, forbid_unknown_fields=True):
    n: int
    f: float = 0.0
    s: str = ""
    deep: Any = None


ERRORS: dict[str, Exception] = {
    "own": OwnText(by="desk two", at=5),
    "none": NoText(),
    "invalid": Invalid(),
    "not_found": NotFound(),
    "forbidden": Forbidden(),
    "unavailable": Unavailable(retry_after_s=7),
    "signed_out": NotSignedIn(),
    "tries": TooManyTries(retry_after_s=9),
    "wrong": AssertionError("the secret of the rules"),
    "crash": RuntimeError("a secret path /etc"),
}


@get("/raise/{name:str}")
async def raise_(name: FromPath[str]) -> None:
    raise ERRORS[name]


@post("/body", status_code=200)
async def body(data: JSONBody[Body]) -> dict[str, Any]:
    return {"s": data.s}


@get("/number/{n:int}")
async def number(n: FromPath[int], q: FromQuery[int] = 0) -> dict[str, int]:
    return {"n": n, "q": q}


@get("/page")
async def html() -> Response[bytes]:
    return page('<meta property="csp-nonce" content="{{nonce}}"><style nonce="{{nonce}}"></style>')


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("files")
    (made / "map.pmtiles").write_bytes(bytes(range(256)) * 4)
    (made / "app-4f3a9b21.js").write_text("1")
    (made / "empty").write_bytes(b"")
    (made.parent / "secret").write_text("secret")
    return made


@pytest.fixture(scope="module")
def client(folder: Path) -> Iterator[TestClient[Litestar]]:
    register({"toy.own_text": ("جای دیگری است.", "It stands elsewhere.")})

    @get("/files/{name:path}")
    async def file(request: Request[Any, Any, Any], name: FromPath[str]) -> Response[Any]:
        return await send_file(request, find_file(folder, name))

    app = Litestar(
        [raise_, body, number, html, file],
        exception_handlers=EXCEPTION_HANDLERS,
        before_send=[add_headers],
        request_max_body_size=BODY_BYTES_MAX,
        openapi_config=None,
    )
    with TestClient(app, raise_server_exceptions=False) as made:
        yield made


@pytest.mark.parametrize(
    ("name", "status", "code", "retryable"),
    [
        ("own", 409, "toy.own_text", False),
        ("none", 409, "toy.no_text", False),
        ("invalid", 422, "invalid", False),
        ("not_found", 404, "not_found", False),
        ("forbidden", 403, "forbidden", False),
        ("unavailable", 503, "unavailable", True),
        ("signed_out", 401, "auth.not_signed_in", False),
        ("tries", 429, "auth.too_many_tries", True),
        ("wrong", 500, "internal", False),
        ("crash", 500, "internal", False),
    ],
)
def test_each_kind_of_refusal_has_its_status_and_code(
    client: TestClient[Litestar], name: str, status: int, code: str, retryable: bool
) -> None:
    answer = client.get(f"/raise/{name}")
    said = answer.json()
    assert (answer.status_code, said["status"], said["code"], said["retryable"]) == (status, status, code, retryable)
    assert answer.headers["content-type"] == "application/problem+json"
    assert said["request_id"] == answer.headers["x-request-id"]
    assert said["title"]
    assert "secret" not in answer.text and "Traceback" not in answer.text


def test_details_and_waiting_times_are_passed_on(client: TestClient[Litestar]) -> None:
    assert client.get("/raise/own").json()["details"] == {"by": "desk two", "at": 5}
    assert client.get("/raise/unavailable").headers["retry-after"] == "7"
    assert client.get("/raise/tries").headers["retry-after"] == "9"


@pytest.mark.parametrize(
    ("accept", "language"),
    [
        (None, "fa"), ("", "fa"), ("en", "en"), ("en-US,en;q=0.9,fa;q=0.8", "en"), ("de, en;q=0.5", "en"),
        ("fa-IR,en;q=0.9", "fa"), ("en;q=0", "fa"), ("en;q=nan,fa", "fa"), ("*", "fa"), (";;,,q=", "fa"),
    ],
)  # fmt: skip
def test_the_reader_chooses_the_language_and_persian_is_first(accept: str | None, language: str) -> None:
    assert language_of(accept) == language


def test_titles_are_in_the_readers_language_and_by_kind_when_a_code_has_none(client: TestClient[Litestar]) -> None:
    english = {"accept-language": "en"}
    assert client.get("/raise/own", headers=english).json()["title"] == "It stands elsewhere."
    assert client.get("/raise/own").json()["title"] == "جای دیگری است."
    assert (
        client.get("/raise/none", headers=english).json()["title"] == "This does not fit the present state of things."
    )


@pytest.mark.parametrize(
    "content",
    [
        b"{", b"", b"null", b"[]", b'{"n":"x"}', b'{"n":1,"more":2}', b'{"n":NaN}', b'{"n":Infinity}', b'{"n":-Infinity}',
        b'{"n":1,"f":1e400}', b'{"n":1,"s":"\xff"}', b"\xff\xfe{", b'{"n":1,"s":"\\ud800"}', b'{"n":1.5}', b'{"n":1,"n":"x"}',
        b'{"n":' + b"9" * 5_000 + b"}", b"[" * 100_000, b'{"n":1,"deep":' + b"[" * 100_000 + b"]" * 100_000 + b"}",
        b'{"n":1,"deep":' + b'{"a":' * 50_000 + b"1" + b"}" * 50_000 + b"}", b"\x00" * 100, b'{"n":1}x',
    ],
)  # fmt: skip
def test_a_bad_body_is_refused_and_never_our_fault(client: TestClient[Litestar], content: bytes) -> None:
    answer = client.post("/body", content=content, headers=JSON)
    assert answer.status_code in {400, 422}
    assert answer.json()["code"] in {"http.malformed", "http.invalid_field"}


def test_a_wrong_field_is_named(client: TestClient[Litestar]) -> None:
    answer = client.post("/body", content=b'{"n":"x"}', headers=JSON)
    (field,) = answer.json()["details"]["fields"]
    assert (answer.status_code, field["field"], field["in"]) == (422, "n", "body")
    assert client.get("/number/1?q=x").json()["details"]["fields"][0]["field"] == "q"


def test_a_body_that_is_too_large_is_refused(client: TestClient[Litestar]) -> None:
    content = json.dumps({"n": 1, "s": "x" * BODY_BYTES_MAX}).encode()
    answer = client.post("/body", content=content, headers=JSON)
    assert (answer.status_code, answer.json()["code"]) == (413, "http.too_large")
    fits = json.dumps({"n": 1, "s": "x" * (BODY_BYTES_MAX - 100)}).encode()
    assert client.post("/body", content=fits, headers=JSON).status_code == 200


@pytest.mark.parametrize("path", ["/nothing", "/number/x", "/number/" + "9" * 5_000, "/%ff%fe", "/raise/a/b", "/%00"])
def test_an_address_that_is_none_is_not_found(client: TestClient[Litestar], path: str) -> None:
    answer = client.get(path)
    assert (answer.status_code, answer.json()["code"]) == (404, "http.not_found")
    assert "x-request-id" in answer.headers and "content-security-policy" in answer.headers


def test_a_method_that_does_not_work_says_which_do(client: TestClient[Litestar]) -> None:
    answer = client.delete("/body")
    assert (answer.status_code, answer.json()["code"]) == (405, "http.method_not_allowed")
    assert "POST" in answer.headers["allow"]


def test_every_answer_keeps_the_browser_careful(client: TestClient[Litestar]) -> None:
    headers = client.get("/number/1").headers
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["content-security-policy"].startswith("default-src 'none'")
    assert headers["cache-control"] == "no-store"
    assert headers["x-request-id"] != client.get("/number/1").headers["x-request-id"]


def test_a_page_carries_its_nonce_in_policy_and_text(client: TestClient[Litestar]) -> None:
    first, second = client.get("/page"), client.get("/page")
    policy = first.headers["content-security-policy"]
    nonce = policy.split("'nonce-")[1].split("'")[0]
    assert first.text.count(nonce) == 2 and "{{nonce}}" not in first.text
    assert nonce not in second.text
    assert "script-src 'self';" in policy and "frame-ancestors 'none'" in policy and "unsafe" not in policy


@pytest.mark.parametrize(("given", "key"), [("a", "a"), (" a ", "a"), ('"a b"', "a b"), ("x" * 128, "x" * 128)])
def test_a_key_is_taken_from_its_header(given: str, key: str) -> None:
    assert idempotency_key(given) == key


@pytest.mark.parametrize("given", ["", " ", '""', "x" * 129, "ا", "a\x00b", "a\nb", "a\x7f"])
def test_a_key_that_is_none_is_refused(given: str) -> None:
    with pytest.raises(IdempotencyKeyInvalid):
        idempotency_key(given)
    with pytest.raises(IdempotencyKeyMissing):
        idempotency_key(None)


@pytest.mark.parametrize(
    ("header", "first", "last"),
    [("bytes=0-9", 0, 9), ("bytes=1000-", 1000, 1023), ("bytes=-4", 1020, 1023), ("bytes=-9999", 0, 1023),
     ("bytes=1020-99999999999999999", 1020, 1023), ("bytes=0-0", 0, 0)],
)  # fmt: skip
def test_a_part_of_a_file_is_sent(client: TestClient[Litestar], header: str, first: int, last: int) -> None:
    answer = client.get("/files/map.pmtiles", headers={"range": header})
    whole = bytes(range(256)) * 4
    assert answer.status_code == 206
    assert answer.content == whole[first : last + 1]
    assert answer.headers["content-range"] == f"bytes {first}-{last}/1024"
    assert answer.headers["content-length"] == str(last - first + 1)


@pytest.mark.parametrize("header", ["bytes=0-1,3-4", "bytes=5-2", "bytes=-", "lines=0-1", "bytes=a-b", "", "bytes=٠-٩"])
def test_a_range_that_is_not_understood_means_the_whole(header: str) -> None:
    assert part_of(header, 1024) is None


@pytest.mark.parametrize("header", ["bytes=1024-", "bytes=5000-6000", "bytes=-0"])
def test_a_part_beyond_the_end_is_refused(client: TestClient[Litestar], header: str) -> None:
    answer = client.get("/files/map.pmtiles", headers={"range": header})
    assert (answer.status_code, answer.headers["content-range"]) == (416, "bytes */1024")


def test_a_file_that_has_not_changed_is_not_sent_again(client: TestClient[Litestar]) -> None:
    first = client.get("/files/map.pmtiles")
    assert (first.status_code, len(first.content), first.headers["accept-ranges"]) == (200, 1024, "bytes")
    again = client.get("/files/map.pmtiles", headers={"if-none-match": first.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")
    other = client.get("/files/map.pmtiles", headers={"range": "bytes=0-1", "if-range": '"other"'})
    assert other.status_code == 200, "the part would belong to another file"


def test_a_name_with_its_hash_is_kept_for_ever_and_others_are_asked_about(client: TestClient[Litestar]) -> None:
    assert "immutable" in client.get("/files/app-4f3a9b21.js").headers["cache-control"]
    assert client.get("/files/map.pmtiles").headers["cache-control"] == "no-cache"
    assert client.get("/files/empty").content == b""


@pytest.mark.parametrize(
    "name", ["../secret", "..%2fsecret", "%2e%2e/secret", "/etc/passwd", "%00", "x" * 3_000, ".", "map.pmtiles/x"]
)
def test_nothing_outside_the_folder_is_ever_sent(client: TestClient[Litestar], name: str) -> None:
    answer = client.get(f"/files/{name}")
    assert answer.status_code == 404 and "secret" not in answer.text


@pytest.mark.parametrize(("scheme", "told"), [("https", "max-age=31536000; includeSubDomains"), ("http", None)])
def test_over_tls_a_browser_is_told_to_stay_there(scheme: str, told: str | None) -> None:
    app = Litestar([html], before_send=[add_headers])
    with TestClient(app, base_url=f"{scheme}://test.local") as client:
        assert client.get("/page").headers.get("strict-transport-security") == told
