"""Requests drawn from the API's own description, and bent: whatever is sent, no answer is a fault of ours."""

import json
import time
from collections.abc import Callable
from functools import cache
from typing import Any
from urllib.parse import quote

import httpx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.golden import made
from tests.server import HERE, PROBLEM, PROVINCE, Seat, Server

DOCUMENT = made.openapi()
SCHEMAS = DOCUMENT["components"]["schemas"]
# Signing in is slow on purpose and signing out would end the session that asks; both have tests of their own.
LEFT_OUT = {("post", "/v1/sessions"), ("delete", "/v1/session")}
OPERATIONS = [
    (method, path, operation)
    for path, methods in sorted(DOCUMENT["paths"].items())
    for method, operation in sorted(methods.items())
    if (method, path) not in LEFT_OUT
]
# Enough that chance leaves hardly a door out.
REQUESTS = 7 * len(OPERATIONS)
SECONDS_MAX = 60.0

numbers = st.integers(-3, 7) | st.integers() | st.floats() | st.sampled_from([HERE[0], HERE[1], 1e308, 2**63, 10**40])
texts = st.text(max_size=20) | st.sampled_from(
    ["noise", "patrol", PROVINCE, "2026-01-01T00:00:00Z", "0001-01-01T00:00:00+23:59", "\u202e\u0000", "x" * 5_000]
)
anything = st.recursive(
    st.none() | st.booleans() | numbers | texts,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(texts, inner, max_size=3),
    max_leaves=6,
)


def of_schema(schema: dict[str, Any]) -> st.SearchStrategy[Any]:
    """Return what a schema describes, and now and then something else."""
    return _cached(json.dumps(schema, sort_keys=True))


@cache
def _cached(schema: str) -> st.SearchStrategy[Any]:
    told = _as_told(json.loads(schema))
    return st.one_of(told, told, told, told, anything)


def _as_told(schema: dict[str, Any]) -> st.SearchStrategy[Any]:
    if "$ref" in schema:
        return st.deferred(lambda: of_schema(SCHEMAS[schema["$ref"].rpartition("/")[2]]))
    if "enum" in schema:
        return st.sampled_from(schema["enum"])
    if "const" in schema:
        return st.just(schema["const"])
    for several in ("oneOf", "anyOf"):
        if several in schema:
            return st.one_of([of_schema(one) for one in schema[several]])
    kind = schema.get("type")
    if isinstance(kind, list):
        return st.one_of([_as_told({**schema, "type": one}) for one in kind])
    if kind == "object":
        properties, required = schema.get("properties", {}), set(schema.get("required", ()))
        return st.fixed_dictionaries(
            {name: of_schema(one) for name, one in properties.items() if name in required},
            optional={name: of_schema(one) for name, one in properties.items() if name not in required},
        )
    if kind == "array":
        items = [of_schema(one) for one in schema.get("prefixItems", ())]
        return st.just(HERE) | (
            st.tuples(*items).map(list) if items else st.lists(of_schema(schema.get("items", {})), max_size=3)
        )
    plain: dict[Any, st.SearchStrategy[Any]] = {
        "string": texts, "number": numbers, "integer": numbers, "boolean": st.booleans(), "null": st.none(),
    }  # fmt: skip
    return plain.get(kind, anything)


@st.composite
def requests(draw: st.DrawFn, operation: tuple[str, str, dict[str, Any]], ids: dict[str, list[str]]) -> dict[str, Any]:
    method, path, described = operation
    query: dict[str, str] = {}
    for parameter in described.get("parameters", ()):
        name = parameter["name"]
        if parameter["in"] == "path":
            known = ids.get(name, [PROVINCE])
            value = draw(st.one_of(st.sampled_from(known), st.sampled_from(known), texts))
            path = path.replace("{" + name + "}", quote(value, safe=""))
        elif parameter["in"] == "query" and (parameter.get("required") or draw(st.booleans())):
            query[name] = str(draw(of_schema(parameter.get("schema", {}))))
    body = None
    if "requestBody" in described:
        (content,) = described["requestBody"]["content"].values()
        # NaN and Infinity go out as Python writes them, which is not JSON.
        body = json.dumps(draw(of_schema(content.get("schema", {}))), ensure_ascii=draw(st.booleans())).encode(
            "utf-8", "replace"
        )
    return {"method": method.upper(), "url": path, "params": query, "content": body}


@pytest.fixture(scope="module")
def ids(server: Server) -> dict[str, list[str]]:
    """Things there are, so that requests get further than the door."""
    desk = server.seat(f"dispatcher:{PROVINCE}")
    taker = server.seat(f"call_taker:{PROVINCE}")
    units = [f"{PROVINCE}.u.A2{n}" for n in range(1, 5)]
    for unit in units:
        desk.done(f"/v1/units/{unit}/duty", {"on": True})
    incidents = [desk.incident(kind) for kind in ("noise", "fight", "crash_injury")]
    assignments = [
        desk.done(f"/v1/incidents/{incident}/assignments", {"units": [unit]})["assignment_ids"][0]
        for incident, unit in zip(incidents, units, strict=False)
    ]
    desk.done(f"/v1/units/{units[-1]}/emergency", {"point": HERE})
    alarms = [alarm["id"] for alarm in desk.get("/v1/alarms").json()["alarms"]]
    return {
        "incident_id": incidents,
        "assignment_id": assignments,
        "unit_id": units,
        "call_id": [taker.done("/v1/calls", {"channel": "app"})["call_id"] for _ in range(2)],
        "alarm_id": alarms or [f"{incidents[0]}!waiting"],
        "office_id": [PROVINCE, "iran", f"{PROVINCE}.tehran", f"{PROVINCE}.tehran.11"],
        "name": [f"{PROVINCE}.pmtiles"],
        "province": [PROVINCE],
    }


def judged(answer: httpx.Response, sent: dict[str, Any]) -> None:
    """Check that an answer is one that the API may give."""
    said = f"{sent['method']} {sent['url']} {sent['params']} {sent['content']!r:.600} -> {answer.status_code} {answer.text:.600}"
    assert answer.status_code < 500, said
    kind = answer.headers.get("content-type", "")
    if answer.status_code >= 400 and not answer.content:
        # Refused by the server's own reading of HTTP, before the application saw it.
        assert answer.status_code == 400, said
    elif answer.status_code >= 400 and "/open311/" in str(sent["url"]) and not kind.startswith(PROBLEM):
        # GeoReport has a form of its own for refusals.
        assert kind.startswith(("application/json", "application/xml")) and "code" in answer.text, said
    elif answer.status_code >= 400:
        assert kind.startswith(PROBLEM), said
        problem = answer.json()
        assert problem["code"] in KNOWN and problem["status"] == answer.status_code and problem["title"], said
    elif answer.content and not sent["url"].startswith("/maps/"):
        assert kind.startswith(SPOKEN), said


# What we speak, besides the formats that other systems ask for by name.
SPOKEN = ("application/json", "text/plain", "application/geo+json", "application/vnd.oai.openapi+json")
SPOKEN += ("application/atom+xml", "application/cap+xml", "application/xml", "application/emergency.eido+json")
# The sheet of a call that is handed over.
SPOKEN += ("text/html",)
KNOWN = {*made.refusals(), *made.OF_THE_FRAMEWORK, "forbidden"}


def test_whatever_is_asked_no_answer_is_a_fault_of_ours(
    server: Server, ids: dict[str, list[str]], crew: Callable[[str], Seat]
) -> None:
    askers = [
        server.seat(f"dispatcher:{PROVINCE}"),
        server.seat(f"call_taker:{PROVINCE}"),
        crew("A21"),
        server.seat(f"station_desk:{PROVINCE}.tehran.11"),
        server.seat(f"province_desk:{PROVINCE}"),
        server.seat(None),
    ]
    statuses: dict[int, int] = {}
    reached: set[tuple[str, str]] = set()
    deadline = time.monotonic() + SECONDS_MAX

    @settings(
        max_examples=REQUESTS, deadline=None, suppress_health_check=list(HealthCheck), print_blob=True
    )  # fmt: skip
    @given(st.data())
    def ask(data: st.DataObject) -> None:
        operation = data.draw(st.sampled_from(OPERATIONS))
        # The desks may do most; the others mostly hear that they may not.
        asker = askers[min(data.draw(st.integers(0, 9)), 5)] if data.draw(st.booleans()) else askers[0]
        sent = data.draw(requests(operation, ids))
        if time.monotonic() > deadline:
            return
        headers = {"idempotency-key": asker.new_key()} if operation[0] != "get" else {}
        if sent["content"] is not None:
            headers["content-type"] = "application/json"
        try:
            answer = asker.http.request(**sent, headers=headers)
        except (httpx.InvalidURL, httpx.LocalProtocolError, UnicodeError):
            return
        judged(answer, sent)
        statuses[answer.status_code] = statuses.get(answer.status_code, 0) + 1
        reached.add(operation[:2])

    ask()
    assert httpx.get(f"{server.address}/readyz").status_code == 200
    done = sum(count for status, count in statuses.items() if status < 300)
    assert sum(statuses.values()) > REQUESTS // 2, f"too slow to tell: {statuses}"
    assert done > REQUESTS // 20, f"hardly anything got past the door: {statuses}"
    assert len(reached) > 0.9 * len(OPERATIONS)
