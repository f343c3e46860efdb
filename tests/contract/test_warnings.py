"""Warnings at a real server: two people at two seats, anyone reads, other desks see it live."""

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
from defusedxml import ElementTree
from msgspec.structs import replace

from nazdik.interchange.warnings.cap import NAMESPACE
from nazdik.interchange.warnings.cap_check import faults_of
from nazdik.interchange.warnings.model import Warnings
from nazdik.kernel import ProvinceId
from tests.interfaces import samples
from tests.server import HERE, PROVINCE, Seat, Server, inside, problem

BODY: dict[str, Any] = json.loads(samples("cap", "json")[0])
# The page's sample ends on a day that comes and goes.
BODY["expires_at"] = (datetime.now(UTC) + timedelta(hours=4)).isoformat()
ATOM = "{http://www.w3.org/2005/Atom}"


def published(taker: Seat, desk: Seat, **more: Any) -> str:
    own: str = taker.done("/v1/warnings", {**BODY, **more})["warning_id"]
    desk.done(f"/v1/warnings/{own}/publish", {"version": 1})
    return own


def view(seat: Seat, own: str) -> dict[str, Any]:
    (found,) = (one for one in seat.get("/v1/warnings").json()["warnings"] if one["id"] == own)
    return dict(found)


def feed_of(nobody: Seat) -> dict[str, str]:
    """Return title by address of the feed's entries, as anyone gets it."""
    answer = nobody.get(f"/cap/feeds/{PROVINCE}")
    assert answer.status_code == 200 and answer.headers["content-type"].startswith("application/atom+xml")
    entries = ElementTree.fromstring(answer.content).findall(f"{ATOM}entry")
    return {e.find(f"{ATOM}link").attrib["href"]: e.findtext(f"{ATOM}title") for e in entries}


def test_the_sample_goes_from_one_person_by_another_to_anyone(taker: Seat, desk: Seat, nobody: Seat) -> None:
    own = taker.done("/v1/warnings", BODY)["warning_id"]
    problem(nobody.get(f"/cap/alerts/{own}"), 404, "interchange.warning_not_found")
    problem(taker.post(f"/v1/warnings/{own}/publish", {"version": 1}), 403, "organisation.role_may_not")
    assert not any(own in address for address in feed_of(nobody))
    done = desk.done(f"/v1/warnings/{own}/publish", {"version": 1})
    assert done["events"] == ["interchange.warning_published.v1"]
    (address,) = (one for one in feed_of(nobody) if own in one)
    answer = nobody.http.get(address)
    assert answer.headers["content-type"].startswith("application/cap+xml")
    assert "public" in answer.headers["cache-control"]
    assert faults_of(answer.content) == ()
    alert = ElementTree.fromstring(answer.content)
    assert alert.findtext(f"{{{NAMESPACE}}}sender") == f"warnings@{PROVINCE}.nazdik.invalid"
    assert "seat:" not in answer.text
    assert view(desk, own)["state"] == "published"


def test_the_author_is_refused_by_the_core_and_a_changed_draft_is_read_again(desk: Seat, taker: Seat) -> None:
    own = desk.done("/v1/warnings", BODY)["warning_id"]
    problem(desk.post(f"/v1/warnings/{own}/publish", {"version": 1}), 403, "interchange.second_person_needed")
    own = taker.done("/v1/warnings", BODY)["warning_id"]
    changed = {**BODY, "severity": "Minor", "version": 1}
    taker.done(f"/v1/warnings/{own}/revise", changed)
    details = problem(desk.post(f"/v1/warnings/{own}/publish", {"version": 1}), 409, "interchange.warning_changed")
    assert details["version"] == 2
    problem(taker.post(f"/v1/warnings/{own}/revise", changed), 409, "interchange.warning_changed")
    desk.done(f"/v1/warnings/{own}/publish", {"version": 2})
    problem(taker.post(f"/v1/warnings/{own}/revise", {**changed, "version": 2}), 409, "interchange.warning_is_out")


def test_an_update_and_a_cancellation_reach_whoever_reads(taker: Seat, desk: Seat, nobody: Seat) -> None:
    first = published(taker, desk)
    second = published(taker, desk, updates=first)
    assert view(desk, first)["state"] == "updated" and view(desk, first)["over_by"] == second
    problem(taker.post(f"/v1/warnings/{second}/cancel", {"reason_fa": " "}), 422, "interchange.warning_invalid")
    cancel = taker.done(f"/v1/warnings/{second}/cancel", {"reason_fa": "آتش خاموش شد", "reason_en": "It is out"})
    third = cancel["warning_id"]
    desk.done(f"/v1/warnings/{third}/publish", {"version": 1})
    alert = ElementTree.fromstring(nobody.get(f"/cap/alerts/{third}").content)
    named = (alert.findtext(f"{{{NAMESPACE}}}references") or "").split()
    assert [one.split(",")[1] for one in named] == [first, second]
    assert view(desk, second)["state"] == "cancelled"
    titles = " ".join(title for address, title in feed_of(nobody).items() if third in address)
    assert "لغو شد" in titles and "Cancelled" in titles
    problem(taker.post(f"/v1/warnings/{second}/cancel", {"reason_fa": "باز"}), 409, "interchange.warning_is_over")


def test_an_offices_own_area_is_drawn_and_what_is_nobodys_is_refused(taker: Seat, desk: Seat) -> None:
    offices = desk.get("/v1/offices").json()["offices"]
    station = next(one["id"] for one in offices if one["tier"] == "station" and one["id"].startswith(PROVINCE))
    for office in (station, PROVINCE):
        shown = taker.done("/v1/warnings/area", {"office": office})
        assert shown["office"] == office and len(shown["polygons"][0]) >= 3
        own = published(taker, desk, area={"office": office})
        assert view(desk, own)["area_office"] == office
    far = {"circles": [{"centre": [10.0, 50.0], "radius_m": 100}]}
    problem(taker.post("/v1/warnings/area", far), 422, "interchange.warning_outside")
    problem(taker.post("/v1/warnings", {**BODY, "area": far}), 422, "interchange.warning_outside")
    problem(taker.post("/v1/warnings/area", {"office": "iran"}), 404, "organisation.office_not_found")
    crossed = {"polygons": [[HERE, [51.42, 35.72], [51.42, 35.7156], [51.4089, 35.72]]]}
    problem(taker.post("/v1/warnings/area", crossed), 422, "interchange.warning_invalid")


def test_who_has_no_part_in_it_is_refused(server: Server, nobody: Seat, taker: Seat, desk: Seat) -> None:
    problem(nobody.get("/v1/warnings"), 401, "auth.not_signed_in")
    problem(nobody.post("/v1/warnings", BODY), 401, "auth.not_signed_in")
    problem(nobody.get("/cap/feeds/nowhere"), 404, "organisation.province_not_found")
    problem(nobody.get("/cap/alerts/made-up"), 404, "interchange.warning_not_found")
    own = published(taker, desk)
    offices = desk.get("/v1/offices").json()["offices"]
    seats = [one["id"] for one in nobody.get("/v1/seats").json()["seats"]]
    station = server.seat(next(one for one in seats if one.startswith("station_desk:")))
    assert view(station, own)["state"] == "published"
    other = next(one["id"] for one in offices if one["tier"] == "station" and f"station_desk:{one['id']}" not in seats)
    problem(station.post("/v1/warnings", {**BODY, "area": {"office": other}}), 403, "organisation.not_your_office")
    national = server.seat("national_desk:iran")
    problem(national.post("/v1/warnings", BODY), 403, "organisation.role_may_not")


def test_a_draft_that_is_thrown_away_is_gone(taker: Seat, desk: Seat) -> None:
    draft = taker.done("/v1/warnings", BODY)["warning_id"]
    taker.done(f"/v1/warnings/{draft}/discard")
    problem(desk.post(f"/v1/warnings/{draft}/publish", {"version": 1}), 404, "interchange.warning_not_found")


async def test_a_warning_outlives_the_server_and_its_own_place_in_the_state(
    tmp_path: Path, built_region: Callable[[str], Path]
) -> None:
    async def signed_in(client: httpx.AsyncClient, seat: str) -> dict[str, str]:
        answer = await client.post("/v1/sessions", json={"seat": seat})
        client.cookies.clear()
        return {"authorization": f"Bearer {answer.json()['token']}", "idempotency-key": seat}

    async with inside(tmp_path, built_region(PROVINCE)) as (_, client):
        taker, desk = [await signed_in(client, f"{role}:{PROVINCE}") for role in ("call_taker", "dispatcher")]
        own = (await client.post("/v1/warnings", json=BODY, headers=taker)).json()["warning_id"]
        await client.post(f"/v1/warnings/{own}/publish", json={"version": 1}, headers=desk)
        told = (await client.get(f"/cap/alerts/{own}")).content
        assert faults_of(told) == ()
    async with inside(tmp_path, built_region(PROVINCE)) as (running, client):
        assert (await client.get(f"/cap/alerts/{own}")).content == told
        room = running.entrance.building.rooms[ProvinceId(PROVINCE)]
        room.writer.state = replace(room.state, warnings=Warnings(province=room.province))
        assert (await client.get(f"/cap/alerts/{own}")).content == told
