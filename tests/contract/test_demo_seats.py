"""The demo's cars between persons and the simulator: who sits down, who stands up, and when a car comes back."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx

from nazdik.bootstrap.demo_seating import SIMULATOR_TOKEN
from nazdik.bootstrap.entrance import GIVE_BACK_S
from nazdik.platform.clock import VirtualClock
from tests.server import PROVINCE, inside, problem

CAR = f"officer:{PROVINCE}.u.A01"
PERSON = f"seat:{CAR}"
NOON = 1_795_000_000_000_000


async def sit(client: httpx.AsyncClient, word: str | None = None) -> httpx.Response:
    headers = {"x-nazdik-simulator": word} if word is not None else {}
    answer = await client.post("/v1/sessions", json={"seat": CAR}, headers=headers)
    client.cookies.clear()
    return answer


async def still_signed_in(client: httpx.AsyncClient, seated: httpx.Response) -> bool:
    headers = {"authorization": f"Bearer {seated.json()['token']}"}
    return (await client.get("/v1/session", headers=headers)).status_code == 200


async def test_a_car_whose_person_closed_the_page_goes_back_to_the_simulator(
    tmp_path: Path, built_region: Callable[[str], Path]
) -> None:
    clock = VirtualClock(NOON)
    async with inside(tmp_path, built_region(PROVINCE), clock) as (running, client):
        word = (tmp_path / SIMULATOR_TOKEN).read_text()
        screens = running.entrance.screens
        simulator = await sit(client, word)
        person = await sit(client)
        assert not await still_signed_in(client, simulator)

        clock.advance_s(GIVE_BACK_S - 1)
        problem(await sit(client, word), 409, "demo.seat_taken")
        with screens.opened(PERSON):
            clock.advance_s(10 * GIVE_BACK_S)
            problem(await sit(client, word), 409, "demo.seat_taken")
        clock.advance_s(GIVE_BACK_S - 1)
        problem(await sit(client, word), 409, "demo.seat_taken")
        assert await still_signed_in(client, person)

        clock.advance_s(2)
        assert (await sit(client, word)).status_code == 201
        assert not await still_signed_in(client, person)


async def test_a_restart_gives_a_person_the_same_time_to_come_back(
    tmp_path: Path, built_region: Callable[[str], Path]
) -> None:
    clock = VirtualClock(NOON)
    async with inside(tmp_path, built_region(PROVINCE), clock) as (_, client):
        person = await sit(client)
    clock.advance_s(10 * GIVE_BACK_S)
    async with inside(tmp_path, built_region(PROVINCE), clock) as (_, client):
        word = (tmp_path / SIMULATOR_TOKEN).read_text()
        problem(await sit(client, word), 409, "demo.seat_taken")
        assert await still_signed_in(client, person)
        clock.advance_s(GIVE_BACK_S + 1)
        assert (await sit(client, word)).status_code == 201


async def test_seats_are_of_cars_as_they_are_called_now_and_of_none_that_is_retired(
    tmp_path: Path, built_region: Callable[[str], Path]
) -> None:
    async with inside(tmp_path, built_region(PROVINCE), VirtualClock(NOON)) as (_, client):
        chief = (await client.post("/v1/sessions", json={"seat": f"administrator:{PROVINCE}"})).json()["token"]
        client.cookies.clear()

        async def act(step: str, **body: str) -> None:
            headers = {"authorization": f"Bearer {chief}", "idempotency-key": step}
            answer = await client.post(f"/v1/units/{PROVINCE}.u.A01/{step}", json=body, headers=headers)
            assert answer.status_code == 200, answer.text

        async def seat() -> dict[str, Any] | None:
            seats = (await client.get("/v1/seats")).json()["seats"]
            return next((one for one in seats if one["id"] == CAR), None)

        await act("change", call_sign="Z01", office=PROVINCE)
        found = await seat()
        assert found is not None and (found["call_sign"], found["office"]) == ("Z01", PROVINCE)
        assert found["title"]["en"].startswith("Z01, ")
        assert (await sit(client)).json()["office"] == PROVINCE
        await act("retire")
        assert await seat() is None
        problem(await sit(client), 409, "dispatch.unit_is_retired")
