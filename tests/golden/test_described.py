"""The description of the API says what answers are: each of these was found by attacking the API from it."""

import json
from typing import Any

import pytest

from tests.golden import made

DOCUMENT = json.loads((made.DOCS / "openapi.json").read_text(encoding="utf-8"))
OPERATIONS = [
    (method, path, operation)
    for path, methods in sorted(DOCUMENT["paths"].items())
    for method, operation in sorted(methods.items())
]


def test_every_refusal_is_described_as_a_problem_and_none_as_the_frameworks_own() -> None:
    for method, path, operation in OPERATIONS:
        answers = operation["responses"]
        assert not {status for status in answers if status.startswith(("4", "5"))}, (method, path)
        refused = answers["default"]
        if path.startswith("/open311/"):
            assert {"application/problem+json", "application/json", "application/xml"} == set(refused["content"])
        else:
            assert refused == {"$ref": "#/components/responses/Refusal"}, (method, path)
    assert set(DOCUMENT["components"]["schemas"]["Problem"]["required"]) >= {"code", "status", "title", "type"}


def test_unions_whose_alternatives_overlap_are_not_called_exclusive() -> None:
    assert '"oneOf"' not in json.dumps(DOCUMENT)


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("/maps/{name}", "application/vnd.pmtiles"),
        ("/ogc/api", "application/vnd.oai.openapi+json;version=3.0"),
        ("/open311/v2/requests.xml", "application/xml"),
        ("/v1/imports/{what}/template", "text/csv"),
        ("/v1/incidents/{incident_id}/photos/{photo_id}", "image/jpeg"),
        ("/v1/offices/{office_id}/day-report", "application/pdf"),
        ("/v1/provinces/{province}/tiles/{zoom}/{x}/{y}", "image/png"),
    ],
)
def test_answers_that_are_no_json_are_described(path: str, kind: str) -> None:
    assert kind in DOCUMENT["paths"][path]["get"]["responses"]["200"]["content"]


def test_json_that_a_route_makes_itself_is_not_called_a_text() -> None:
    def is_text(answer: dict[str, Any]) -> bool:
        return bool(answer.get("content", {}).get("application/json", {}).get("schema") == {"type": "string"})

    assert [(m, p) for m, p, op in OPERATIONS for answer in op["responses"].values() if is_text(answer)] == []


def test_who_has_to_sign_in_and_which_requests_need_a_key_is_described() -> None:
    needs_session = {(method, path) for method, path, op in OPERATIONS if op.get("security")}
    needs_key = {
        (method, path)
        for method, path, op in OPERATIONS
        if any(one["name"] == "Idempotency-Key" and one["required"] for one in op.get("parameters", ()))
    }
    assert ("get", "/v1/units") in needs_session and ("post", "/v1/calls") in needs_key
    assert ("post", "/v1/sessions") not in needs_session and ("get", "/v1/sos") not in needs_session
    assert needs_key <= needs_session and len(needs_key) > 90
