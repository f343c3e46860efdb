"""What must hold of every answer, whoever asked and whatever they sent."""

from collections.abc import Callable
from typing import Any

from schemathesis.checks import CheckContext
from schemathesis.core.transport import Response
from schemathesis.generation.case import Case
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from tests.attack.attackers import MARK, Attacker
from tests.golden import made

PROBLEM = "application/problem+json"
LISTED = {*made.refusals(), *made.OF_THE_FRAMEWORK, "forbidden"}
# GeoReport's form of a refusal is its own.
OWN_FORM = "/open311/"
LEAKS = ("Traceback (most recent call last)", 'File "/', "apsw.", "sqlite3.", "site-packages")
Check = Callable[[CheckContext, Response, Case], bool | None]


def no_fault_of_ours(_: CheckContext, response: Response, case: Case) -> None:
    """No 5xx but a 503 that says when to come again, and nothing of our insides."""
    text = response.content.decode("utf-8", "replace")
    if response.status_code == 503:
        assert "retry-after" in response.headers, "a 503 says when to try again"
    else:
        assert response.status_code < 500, f"{response.status_code}: {text[:300]}"
    for leak in LEAKS:
        assert leak not in text, f"an answer shows {leak!r}"


def refusal_is_listed(_: CheckContext, response: Response, case: Case) -> None:
    """A refusal is a problem of RFC 9457 with a code that docs/errors.md lists, and nobody keeps it."""
    if response.status_code < 400 or (case.path.startswith(OWN_FORM) and not _is_problem(response)):
        return
    if response.status_code == 400 and not response.content:
        return  # Refused by the server's own reading of HTTP, before the application saw it.
    assert _is_problem(response), f"{response.status_code} is {response.headers.get('content-type')}"
    said = response.json()
    assert set(said) == {"type", "title", "status", "code", "retryable", "details", "request_id"}, said
    assert said["code"] in LISTED, f"{said['code']} is in no list"
    assert said["status"] == response.status_code and said["title"] and said["type"].endswith(said["code"]), said
    assert response.headers.get("cache-control") == ["no-store"], "a refusal is not kept"


def _is_problem(response: Response) -> bool:
    return any(kind.startswith(PROBLEM) for kind in response.headers.get("content-type") or [])


def asks_for_a_session(case: Case) -> bool:
    """Whether the description says that one has to sign in for this."""
    return bool(case.operation.definition.raw.get("security"))


def of_this(attacker: Attacker) -> Check:
    """Return the check that depends on who asks."""

    def nothing_for_who_may_not(_: CheckContext, response: Response, case: Case) -> None:
        """Whoever has not signed in is refused where it is needed; a caller's words reach those alone who may read them."""
        if attacker.role is None and asks_for_a_session(case):
            # Not found: nothing stands at the address that was made of these parts.
            assert response.status_code in (400, 401, 404, 405), f"{response.status_code} without a session"
        if not attacker.may_read_the_mark:
            assert MARK.encode() not in response.content, f"{attacker.name} is shown what a caller said"

    return nothing_for_who_may_not


EVERY: tuple[Any, ...] = (
    no_fault_of_ours,
    refusal_is_listed,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
)
