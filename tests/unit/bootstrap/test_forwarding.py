"""What a node may not decide is done once, where it can be, by whoever asks in their own name."""

import asyncio
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx
import pytest

from nazdik.bootstrap.identity.signed_requests import PROVED
from nazdik.bootstrap.nodes.forwarding import BODY_BYTES_MAX, Forwarding
from nazdik.bootstrap.photos_api import REQUEST_BYTES_MAX
from nazdik.platform.clock import VirtualClock
from nazdik.platform.faults import LogUnavailable
from nazdik.platform.node_key import HEADER, NodeKey

A, B = "http://a.invalid", "http://b.invalid"
Handler = Callable[[httpx.Request], httpx.Response]


def elsewhere(address: str) -> httpx.Response:
    said = {"code": "log.elsewhere", "details": {"address": address}, "retryable": True}
    return httpx.Response(503, json=said)


class Far:
    """An application that answers as told, and remembers what it was asked."""

    def __init__(self, *answers: httpx.Response) -> None:
        self.answers = list(answers)
        self.asked: list[tuple[Any, bytes]] = []

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        message = await receive()
        self.asked.append((scope, message.get("body", b"")))
        answer = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        headers = [(b"content-type", b"application/json")]
        await send({"type": "http.response.start", "status": answer.status_code, "headers": headers})
        await send({"type": "http.response.body", "body": answer.content})


def keys(folder: Path) -> Callable[[str], NodeKey]:
    (folder / "key").write_text("k" * 40)
    clock = VirtualClock(1_800_000_000_000_000)
    return lambda node: NodeKey(folder / "key", node, clock)


def pair(folder: Path, here: Far, there: Far | Handler) -> httpx.AsyncClient:
    """Return a client of node a, behind which `here` answers; it reaches node b, behind which `there` does."""
    key = keys(folder)
    if isinstance(there, Far):
        far = Forwarding(there, key=key("b"), own_address=B, follows=lambda: False)
        line: Any = httpx.ASGITransport(app=far)  # type: ignore[arg-type]
    else:
        line = httpx.MockTransport(there)
    out = httpx.AsyncClient(transport=line)
    near = Forwarding(here, key=key("a"), own_address=A, follows=lambda: True, client=out, nonce=lambda: "of a")
    return httpx.AsyncClient(
        transport=httpx.ASGITransport(app=near, client=("10.0.0.7", 4)),  # type: ignore[arg-type]
        base_url=A,
    )


async def test_it_is_done_by_the_writer_with_its_key_its_session_and_its_sender(tmp_path: Path) -> None:
    here, there = Far(elsewhere(B)), Far(httpx.Response(201, json={"position": 7}))
    async with pair(tmp_path, here, there) as client:
        headers = {"idempotency-key": "one", "authorization": "Bearer t", "host": "nazdik.example"}
        answer = await client.post("/v1/incidents?x=1", content=b'{"kind":"noise"}', headers=headers)
    assert (answer.status_code, answer.json()) == (201, {"position": 7})
    (scope, body), *more = there.asked
    assert not more and body == b'{"kind":"noise"}'
    given = dict(scope["headers"])
    assert (given[b"idempotency-key"], given[b"authorization"], given[b"host"]) == (
        b"one",
        b"Bearer t",
        b"nazdik.example",
    )
    assert scope["client"][0] == "10.0.0.7" and scope["query_string"] == b"x=1"


async def test_the_largest_picture_goes_along_and_what_no_door_takes_does_not(tmp_path: Path) -> None:
    for size, status in ((REQUEST_BYTES_MAX, 201), (BODY_BYTES_MAX + 1, 503)):
        here, there = Far(elsewhere(B)), Far(httpx.Response(201, json={}))
        async with pair(tmp_path, here, there) as client:
            answer = await client.post(
                "/v1/incidents/i/photos", content=bytes(size), headers={"idempotency-key": "one"}
            )
        assert answer.status_code == status and [len(body) for _, body in there.asked] == [size] * (status == 201)


async def test_a_refusal_of_the_writer_comes_back_as_it_is(tmp_path: Path) -> None:
    refused = httpx.Response(409, json={"code": "dispatch.unit_taken"})
    async with pair(tmp_path, Far(elsewhere(B)), Far(refused)) as client:
        answer = await client.post("/v1/assignments", headers={"idempotency-key": "k"})
    assert (answer.status_code, answer.json()["code"]) == (409, "dispatch.unit_taken")


async def test_a_handhelds_proof_is_looked_at_where_it_was_made_for(tmp_path: Path) -> None:
    class Proving(Far):
        async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
            if any(name == b"dpop" for name, _ in scope["headers"]):
                scope["state"][PROVED] = "its-key"
            await super().__call__(scope, receive, send)

    needs = httpx.Response(401, json={"code": "auth.key_proof_needed", "details": {"nonce": "of b"}})
    there = Far(httpx.Response(200, json={}), needs)
    async with pair(tmp_path, Proving(elsewhere(B)), there) as client:
        assert (await client.post("/v1/positions", headers={"dpop": "signed"})).status_code == 200
        answer = await client.post("/v1/positions")
    (proved, _), (bare, _) = there.asked
    assert proved["state"][PROVED] == "its-key" and b"dpop" not in dict(proved["headers"])
    assert PROVED not in bare["state"]
    assert answer.json()["details"]["nonce"] == "of a", "the handheld speaks to this node"


async def test_what_is_decided_here_and_what_is_only_read_goes_nowhere(tmp_path: Path) -> None:
    there = Far(httpx.Response(200))
    async with pair(tmp_path, Far(httpx.Response(503, json={"code": "log.unavailable"})), there) as client:
        assert (await client.post("/v1/incidents")).status_code == 503
        assert (await client.get("/v1/incidents")).status_code == 503
    assert there.asked == []


async def test_one_who_takes_over_while_it_is_asked_decides_itself(tmp_path: Path) -> None:
    def gone(_: httpx.Request) -> httpx.Response:
        raise httpx.ConnectError("gone")

    here = Far(elsewhere(B), httpx.Response(201, json={"position": 1}))
    async with pair(tmp_path, here, gone) as client:
        assert (await client.post("/v1/incidents", content=b"{}")).status_code == 201
    assert [body for _, body in here.asked] == [b"{}", b"{}"]


@pytest.mark.parametrize(("key", "times"), [("k", 2), (None, 1)])
async def test_what_may_have_been_done_is_asked_again_only_under_a_key(
    tmp_path: Path, key: str | None, times: int
) -> None:
    asked = []

    def slow(request: httpx.Request) -> httpx.Response:
        asked.append(request)
        raise httpx.ReadTimeout("slow")

    async with pair(tmp_path, Far(elsewhere(B)), slow) as client:
        answer = await client.post("/v1/positions", headers={"idempotency-key": key} if key else {})
    assert (answer.status_code, answer.json()["code"], len(asked)) == (503, "log.elsewhere", times)


async def test_a_node_that_is_asked_by_a_node_sends_nobody_on(tmp_path: Path) -> None:
    here, there = Far(elsewhere(B)), Far(elsewhere("http://c.invalid"))
    async with pair(tmp_path, here, there) as client:
        answer = await client.post("/v1/incidents", headers={"idempotency-key": "k"})
    assert answer.json()["code"] == "log.elsewhere" and len(there.asked) == 2


async def test_nobody_is_taken_for_a_node_without_the_key_or_twice(tmp_path: Path) -> None:
    key, there = keys(tmp_path), Far(httpx.Response(200, json={}))
    app = Forwarding(there, key=key("b"), own_address=B, follows=lambda: False)
    caught: list[httpx.Request] = []

    def catch(request: httpx.Request) -> httpx.Response:
        caught.append(request)
        return httpx.Response(200, json={})

    async with pair(tmp_path, Far(elsewhere(B)), catch) as client:
        await client.post("/v1/incidents", content=b"{}")
    sent = caught[0]
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app=app), base_url=B) as client:  # type: ignore[arg-type]
        for header, body, status in (
            (sent.headers[HEADER], b'{"other":1}', 403),
            (sent.headers[HEADER].replace("10.0.0.7", "10.0.0.8"), b"{}", 403),
            ("x", b"{}", 403),
            (sent.headers[HEADER], b"{}", 200),
            (sent.headers[HEADER], b"{}", 403),
        ):
            answer = await client.post("/v1/incidents", content=body, headers={HEADER: header})
            assert answer.status_code == status
    assert len(there.asked) == 1
    assert json.loads(answer.content)["code"] == "node.unknown"


def test_a_key_that_keeps_nobody_out_is_refused(tmp_path: Path) -> None:
    (tmp_path / "key").write_text("short")
    with pytest.raises(LogUnavailable, match="fewer than 32"):
        NodeKey(tmp_path / "key", "a", VirtualClock())
    with pytest.raises(LogUnavailable, match="cannot be read"):
        NodeKey(tmp_path / "none", "a", VirtualClock())


async def test_nobody_waits_for_a_writer_that_hangs_once_its_work_was_taken_over(tmp_path: Path) -> None:
    asked = asyncio.Event()

    async def hangs(_: httpx.Request) -> httpx.Response:
        asked.set()
        await asyncio.Event().wait()
        raise AssertionError

    here = Far(elsewhere(B), httpx.Response(201, json={"position": 1}))
    out = httpx.AsyncClient(transport=httpx.MockTransport(hangs))
    near = Forwarding(here, key=keys(tmp_path)("a"), own_address=A, follows=lambda: True, client=out)
    line: Any = httpx.ASGITransport(app=near)  # type: ignore[arg-type]
    async with httpx.AsyncClient(transport=line, base_url=A) as client:
        keyed = asyncio.ensure_future(client.post("/v1/incidents", headers={"idempotency-key": "one"}))
        await asked.wait()
        near.took_over()
        async with asyncio.timeout(5):
            assert (await keyed).status_code == 201
        # Without a key nobody knows whether it was done: it is not done again.
        here.answers = [elsewhere(B)]
        asked.clear()
        unkeyed = asyncio.ensure_future(client.post("/v1/positions"))
        await asked.wait()
        near.took_over()
        for _ in range(50):
            await asyncio.sleep(0)
        assert not unkeyed.done()
        unkeyed.cancel()
