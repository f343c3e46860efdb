"""Break-glass: two people, half an hour, everybody is told, and nothing beside the policy."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx

from nazdik.bootstrap.rights import Rights
from nazdik.platform.audit import AuditUnavailable
from nazdik.platform.clock import VirtualClock
from tests.server import PROVINCE, inside, problem

NOON = 1_795_000_000_000_000
WHY = "the county's desk does not answer"


async def test_two_people_open_anothers_seat_for_half_an_hour_and_every_desk_is_told(
    tmp_path: Path, built_region: Callable[[str], Path], monkeypatch: Any
) -> None:
    clock = VirtualClock(NOON)
    async with inside(tmp_path, built_region(PROVINCE), clock) as (running, client):
        client.headers.pop("authorization")
        seats = (await client.get("/v1/seats")).json()["seats"]
        stations = [each for each in seats if each["role"] == "station_desk"]

        async def ask(who: str, method: str, path: str, body: Any = None) -> httpx.Response:
            headers = {"authorization": f"Bearer {tokens[who]}"}
            answer = await client.request(method, path, json=body, headers=headers)
            client.cookies.clear()
            return answer

        async def sit(seat: str) -> str:
            token = (await client.post("/v1/sessions", json={"seat": seat})).json()["token"]
            client.cookies.clear()
            return str(token)

        crew = next(each["id"] for each in seats if each["role"] == "officer")
        other = next(each["id"] for each in seats if each["role"] == "county_desk")
        tokens = {
            "station": await sit(stations[0]["id"]),
            "other": await sit(other),
            "dispatcher": await sit(f"dispatcher:{PROVINCE}"),
            "crew": await sit(crew),
        }
        seat = {"role": "dispatcher", "office": PROVINCE, "why": WHY}
        # A station's desk does not see callers; nor does it become an administrator.
        problem(await ask("station", "GET", "/v1/calls"), 403, "organisation.role_may_not")
        for bad, status, code in (
            ({"role": "administrator"}, 422, "glass.no_such_seat"),
            ({"role": "king"}, 422, "glass.no_such_seat"),
            ({"role": "station_desk", "office": stations[0]["office"]}, 422, "glass.no_such_seat"),
            ({"office": "nowhere"}, 404, "organisation.office_not_found"),
            ({"why": "because"}, 422, "glass.why_missing"),
        ):
            problem(await ask("station", "POST", "/v1/break-glass", {**seat, **bad}), status, code)
        problem(await ask("crew", "POST", "/v1/break-glass", seat), 403, "organisation.role_may_not")
        path = f"/v1/break-glass/{(await ask('station', 'POST', '/v1/break-glass', seat)).json()['id']}"

        # Nobody agrees with themselves, nor who does not answer for that office.
        problem(await ask("station", "POST", f"{path}/open"), 409, "glass.second_person_needed")
        problem(await ask("station", "POST", f"{path}/agree"), 409, "glass.second_person_needed")
        problem(await ask("other", "POST", f"{path}/agree"), 403, "organisation.not_your_office")
        problem(await ask("crew", "POST", f"{path}/agree"), 403, "organisation.role_may_not")
        assert (await ask("other", "GET", "/v1/break-glass")).json()["waiting"] == []
        assert (await client.get("/v1/health")).json()["glass_asked"] == 1
        waiting = (await ask("dispatcher", "GET", "/v1/break-glass")).json()["waiting"]
        assert [(each["role"], each["office"], each["why"]) for each in waiting] == [("dispatcher", PROVINCE, WHY)]

        # What cannot be written down is not done.
        audit = running.entrance.building.audit
        assert audit is not None

        async def away(**_: Any) -> int:
            raise AuditUnavailable(retry_after_s=1)

        with monkeypatch.context() as patched:
            patched.setattr(audit, "record", away)
            assert (await ask("dispatcher", "POST", f"{path}/agree")).status_code == 503
        problem(await ask("station", "POST", f"{path}/open"), 409, "glass.second_person_needed")
        assert (await ask("dispatcher", "POST", f"{path}/agree")).json()["agreed"]
        problem(await ask("dispatcher", "POST", f"{path}/open"), 404, "glass.not_found")

        opened = (await ask("station", "POST", f"{path}/open")).json()
        assert (await ask("station", "GET", "/v1/session")).status_code == 401
        tokens["glass"] = opened["token"]
        assert (await ask("glass", "GET", "/v1/calls")).status_code == 200
        assert (await client.get("/v1/health")).json()["glass"] == [
            {"role": "dispatcher", "office": PROVINCE, "until": opened["expires_at"]}
        ]
        problem(await ask("glass", "POST", "/v1/break-glass", seat), 403, "organisation.role_may_not")
        assert await Rights(running.entrance).look() == [], "the half hour is not cut short by the list of people"

        clock.advance_s(30 * 60)
        problem(await ask("glass", "GET", "/v1/calls"), 401, "auth.not_signed_in")
        assert (await client.get("/v1/health")).json()["glass"] == []

        # Another time, and it is ended by whoever answers for the office.
        tokens["station"] = await sit(stations[0]["id"])
        path = f"/v1/break-glass/{(await ask('station', 'POST', '/v1/break-glass', seat)).json()['id']}"
        await ask("dispatcher", "POST", f"{path}/agree")
        tokens["glass"] = (await ask("station", "POST", f"{path}/open")).json()["token"]
        problem(await ask("other", "POST", f"{path}/end"), 404, "glass.not_found")
        assert [each["ends"] for each in (await ask("dispatcher", "GET", "/v1/break-glass")).json()["open"]] == [True]
        assert (await ask("dispatcher", "POST", f"{path}/end")).status_code == 204
        assert (await ask("glass", "GET", "/v1/session")).status_code == 401

        # What nobody agrees to in ten minutes is gone.
        tokens["station"] = await sit(stations[0]["id"])
        path = f"/v1/break-glass/{(await ask('station', 'POST', '/v1/break-glass', seat)).json()['id']}"
        clock.advance_s(600)
        problem(await ask("dispatcher", "POST", f"{path}/agree"), 404, "glass.not_found")
        told = [row.what for row in audit.read(0, 10_000) if row.what.startswith("break_glass")]
        first = ["break_glass_asked", "break_glass_agreed", "break_glass_opened"]
        assert told == [*first, *first, "break_glass_ended", "break_glass_asked"]
