"""Break-glass: two people, half an hour, everybody is told, and nothing beside the policy."""

from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import httpx
from websockets.sync.client import ClientConnection

from nazdik.bootstrap.rights import Rights
from nazdik.platform.audit import AuditUnavailable
from nazdik.platform.clock import VirtualClock
from tests.contract.test_stream_api import hello, next_frame, opened
from tests.server import PROVINCE, Seat, Server, inside, problem

NOON = 1_795_000_000_000_000
WHY = "the county's desk does not answer"
# A strip is promised within twenty seconds; it comes with the stream, at once.
TOLD_WITHIN_S = 15.0


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


def told(line: ClientConnection) -> tuple[list[tuple[str, str]], int]:
    """Return what the next word on a desk's line says: which seats are open behind the glass, and how many ask."""
    (now,) = next_frame(line, "glass", within_s=TOLD_WITHIN_S)["items"]
    return [(seat["role"], seat["office"]) for seat in now["seats"]], now["asked"]


def test_every_desk_is_told_over_its_own_line_at_once_and_a_crew_is_not(server: Server) -> None:
    seats = server.seat(None).get("/v1/seats").json()["seats"]
    by_role = {seat["role"]: seat for seat in seats}
    asker, second = (Seat(server.address, by_role[role]["id"]) for role in ("station_desk", "administrator"))
    listening = sorted(set(by_role) - {"officer"})
    assert {"call_taker", "dispatcher", "county_desk", "province_desk", "national_desk", "auditor"} <= set(listening)
    with ExitStack() as stack:
        lines = [stack.enter_context(opened(server, Seat(server.address, by_role[role]["id"]))) for role in listening]
        crew = stack.enter_context(opened(server, Seat(server.address, by_role["officer"]["id"])))
        for line in (*lines, crew):
            hello(line)
        # Whoever comes is told how it stands; then it is asked for, agreed to, opened, and ended.
        assert {str(told(line)) for line in lines} == {"([], 0)"}
        asked = asker.post("/v1/break-glass", {"role": "dispatcher", "office": PROVINCE, "why": WHY}).json()
        assert {str(told(line)) for line in lines} == {"([], 1)"}
        assert second.post(f"/v1/break-glass/{asked['id']}/agree").status_code == 200
        assert {str(told(line)) for line in lines} == {"([], 0)"}
        assert asker.post(f"/v1/break-glass/{asked['id']}/open").status_code == 201
        with opened(server, Seat(server.address, f"call_taker:{PROVINCE}")) as late:
            hello(late)
            assert told(late) == ([("dispatcher", PROVINCE)], 0), "whoever comes later is told as well"
        assert {str(told(line)) for line in lines} == {f"([('dispatcher', '{PROVINCE}')], 0)"}
        assert second.post(f"/v1/break-glass/{asked['id']}/end").status_code == 204
        assert {str(told(line)) for line in lines} == {"([], 0)"}
        heard = [next_frame(crew, "beat", "glass", "map")["t"] for _ in range(3)]
        assert "glass" not in heard, "a handheld has no strip for it"
