"""
Another map comes in force while the server works: no call is lost, nothing answers 5xx, no unit loses its place, and a folder
that is wrong in any way leaves the old map where it is.
"""

import asyncio
import json
import shutil
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import numpy as np
import pytest
from typer.testing import CliRunner

from nazdik.bootstrap.regions import ask_for_reload
from nazdik.bootstrap.reload import OfficesInUse, RegionRefused, ReloadRunning
from nazdik.cli import app
from nazdik.fleet.model import Fix
from nazdik.geo.region import Region, list_files
from nazdik.geo.signing import make_key, sign
from nazdik.kernel import Instant, LonLat, ProvinceId
from tests.contract.test_stream_api import hello, next_frame, opened
from tests.server import HERE, NEARBY, PROVINCE, inside, problem, served

TEHRAN = ProvinceId(PROVINCE)
CALLS = 60


@pytest.fixture
def region(built_region: Callable[[str], Path], tmp_path: Path) -> Path:
    """A region of the test's own, to be harmed."""
    return Path(shutil.copytree(built_region(PROVINCE), tmp_path / PROVINCE))


def rebuilt(folder: Path, **changes: Any) -> None:
    """Make the folder another version of the same region: its manifest says something else, and names its files anew."""
    path = folder / "manifest.json"
    manifest = json.loads(path.read_text(encoding="utf-8"))
    files = {name: {"size": e.size, "sha256": e.sha256} for name, e in list_files(folder).items()}
    # Never written in place: a server may have the old file open.
    beside = folder / "manifest.new"
    beside.write_text(json.dumps({**manifest, "notice_en": "again", "files": files, **changes}), encoding="utf-8")
    beside.rename(path)


async def test_calls_go_on_while_maps_change_and_nothing_is_lost(region: Path, tmp_path: Path) -> None:
    async with inside(tmp_path / "data", region) as (running, client):
        building = running.entrance.building
        room, road = building.rooms[TEHRAN], building.roads[TEHRAN]
        units = list(room.state.world.units)
        statuses: list[int] = []
        opened: list[str] = []

        async def call(number: int) -> None:
            answer = await client.post(
                "/v1/incidents",
                json={"kind": "noise", "point": [HERE[0] + number * 1e-5, HERE[1]]},
                headers={"idempotency-key": f"call-{number}"},
            )
            statuses.append(answer.status_code)
            opened.append(answer.json()["incident_id"])

        async def read(number: int) -> None:
            for path in ("/v1/places?q=ولیعصر", f"/v1/route?start={HERE[0]},{HERE[1]}&end={NEARBY[0]},{NEARBY[1]}"):
                answer = await client.get(path)
                statuses.append(answer.status_code)

        async def report(number: int) -> None:
            now, here = building.clock.now(), LonLat(HERE[0], HERE[1] + number * 1e-6)
            fixes = [Fix(unit, here.lon, here.lat, now) for unit in units]
            assert {verdict.reason for verdict in room.lane.report(fixes)} == {None}

        async def traffic() -> None:
            for number in range(CALLS):
                await asyncio.gather(call(number), read(number), report(number))

        async def exchanges() -> list[Any]:
            done = []
            for turn in range(4):
                rebuilt(region, notice_en=f"version {turn}")
                done.append(await running.reloader.reload(TEHRAN))
            return done

        graph = road.graph
        _, reloads = await asyncio.gather(traffic(), exchanges())
        assert road.graph is not graph
        assert set(statuses) <= {200, 201}
        assert len(set(opened)) == CALLS
        assert set(opened) <= set(room.state.world.incidents)
        assert len({done.after for done in reloads}) == 4
        assert [done.without_place for done in reloads] == [()] * 4
        assert building.regions[TEHRAN].manifest.notice_en == "version 3"
        everyone = road.nearest(LonLat(*HERE), k=len(units), all_of=0, any_of=0, fixed_after=Instant(0))
        assert {seen.unit_id for seen in everyone.found} == set(units)
        assert {seen.position.lat for seen in everyone.found} == {HERE[1] + (CALLS - 1) * 1e-6}
        style = (await client.get(f"/v1/provinces/{PROVINCE}/style")).json()
        assert style["sources"]["map"]["url"].endswith(f"?v={reloads[-1].after}")


async def test_units_offers_and_routes_stand_on_the_new_map_as_on_the_old(region: Path, tmp_path: Path) -> None:
    async with inside(tmp_path / "data", region) as (running, _client):
        building = running.entrance.building
        road, room = building.roads[TEHRAN], building.rooms[TEHRAN]
        unit = next(iter(room.state.world.units))
        slot = room.lane.enrol(unit)
        road.place(*(np.array([v]) for v in (slot, HERE[0], HERE[1], np.nan, 1)))
        before = road.route_of(unit, LonLat(*NEARBY))
        rebuilt(region)
        await running.reloader.reload(TEHRAN)
        after = road.route_of(unit, LonLat(*NEARBY))
        assert (after.travel_time_s, after.distance_m, after.manoeuvres) == (
            before.travel_time_s,
            before.distance_m,
            before.manoeuvres,
        )
        assert road.position_of(unit) == LonLat(*HERE)


HARM: dict[str, tuple[Callable[[Path], Any], str]] = {
    "truncated graph, said so by its size": (
        lambda folder: (folder / "graph/arc_ms.npy").write_bytes((folder / "graph/arc_ms.npy").read_bytes()[:-40]),
        "region.damaged",
    ),
    "truncated graph, manifest made to fit": (
        lambda folder: (
            (folder / "graph/arc_ms.npy").write_bytes((folder / "graph/arc_ms.npy").read_bytes()[:-40]),
            rebuilt(folder),
        ),
        "region.unreadable",
    ),
    "another byte": (
        lambda folder: (folder / "graph/arc_ms.npy").write_bytes(
            (folder / "graph/arc_ms.npy").read_bytes()[:-1] + b"\x7f"
        ),
        "region.damaged",
    ),
    "heads that are no junctions": (lambda folder: bend(folder, "arc_head", 2**30), "region.unreadable"),
    "times below one": (lambda folder: bend(folder, "arc_ms", -5), "region.unreadable"),
    "places that are no number": (lambda folder: bend(folder, "shape_lon", float("nan")), "region.unreadable"),
    "an older format": (lambda folder: rebuilt(folder, format_version=1), "region.foreign_format"),
    "a graph of another version": (
        lambda folder: (
            (folder / "graph/graph.json").write_text(
                (folder / "graph/graph.json").read_text(encoding="utf-8").replace('"format":', '"format":9'), "utf-8"
            ),
            rebuilt(folder),
        ),
        "region.foreign_format",
    ),
    "no manifest": (lambda folder: (folder / "manifest.json").unlink(), "region.unreadable"),
    "no map at all": (shutil.rmtree, "region.unreadable"),
    "places cut short": (
        lambda folder: (
            (folder / "places/records.json").write_bytes((folder / "places/records.json").read_bytes()[:900]),
            rebuilt(folder),
        ),
        "region.unreadable",
    ),
    "changed after it was signed": (
        lambda folder: (
            make_key(folder.parent / "signer.key"),
            sign(Region.load(folder), folder.parent / "signer.key"),
            rebuilt(folder),
        ),
        "region.signature_invalid",
    ),
    "offices that do not hang together": (
        lambda folder: (
            (folder / "offices.json").write_text(
                (folder / "offices.json").read_text(encoding="utf-8").replace('"parent_id":"iran"', '"parent_id":"x"'),
                "utf-8",
            ),
            rebuilt(folder),
        ),
        "region.offices_unreadable",
    ),
}


def bend(folder: Path, array: str, value: float) -> None:
    """Put one wrong number into an array of the graph, and let the manifest name the file as it is now."""
    path = folder / "graph" / f"{array}.npy"
    values = np.load(path)
    values[7] = value
    beside = path.with_suffix(".new.npy")
    np.save(beside, values)
    beside.rename(path)
    rebuilt(folder)


async def test_a_folder_that_is_wrong_is_refused_and_the_old_map_stays(
    built_region: Callable[[str], Path], tmp_path: Path
) -> None:
    whole = built_region(PROVINCE)
    async with inside(tmp_path / "data", whole) as (running, _client):
        building = running.entrance.building
        graph, version = building.roads[TEHRAN].graph, building.regions[TEHRAN].version
        for number, (harm, (act, code)) in enumerate(HARM.items()):
            folder = Path(shutil.copytree(whole, tmp_path / str(number) / "new"))
            act(folder)
            with pytest.raises(RegionRefused) as refused:
                await running.reloader.reload(TEHRAN, folder)
            assert refused.value.details["reason"] == code, harm
            assert refused.value.details["message_fa"], harm
            assert building.roads[TEHRAN].graph is graph, harm
            assert building.regions[TEHRAN].version == version, harm
            assert building.places[TEHRAN].search("ولیعصر"), harm
            shutil.rmtree(folder, ignore_errors=True)
        # And a whole one is taken afterwards.
        await running.reloader.reload(TEHRAN)


async def test_offices_with_units_cannot_vanish_and_another_province_is_refused(
    region: Path, built_region: Callable[[str], Path], tmp_path: Path
) -> None:
    async with inside(tmp_path / "data", region) as (running, client):
        path = region / "offices.json"
        tree = path.read_text(encoding="utf-8")
        station = next(iter(running.entrance.building.rooms[TEHRAN].state.world.units.values())).office
        path.write_text(tree.replace(f'"{station}"', f'"{station}9"'), "utf-8")
        rebuilt(region)
        with pytest.raises(OfficesInUse) as refused:
            await running.reloader.reload(TEHRAN)
        assert refused.value.details["offices"] == [station]
        assert running.entrance.building.offices.find_office(station) is not None
        other = built_region("manhattan")
        with pytest.raises(Exception, match=r"region\.other_province"):
            await running.reloader.reload(TEHRAN, other)
        # A new name of an office is nothing that stops it.
        path.write_text(tree.replace("Station 11", "First Station"), "utf-8")
        rebuilt(region)
        await running.reloader.reload(TEHRAN)
        assert "First Station" in (await client.get("/v1/offices")).text


async def test_one_reload_at_a_time_and_only_by_an_administrator(region: Path, tmp_path: Path) -> None:
    async with inside(tmp_path / "data", region) as (running, client):
        first = asyncio.create_task(running.reloader.reload(TEHRAN))
        await asyncio.sleep(0)
        with pytest.raises(ReloadRunning):
            await running.reloader.reload(TEHRAN)
        await first
        answer = await client.post(f"/v1/provinces/{PROVINCE}/reload", headers={"idempotency-key": "r"})
        problem(answer, 403, "organisation.role_may_not")
        problem(
            await client.post("/v1/provinces/nowhere/reload", headers={"idempotency-key": "s"}),
            404,
            "organisation.province_not_found",
        )


async def test_three_provinces_are_open_at_once_and_one_of_them_changes_its_map(
    region: Path, built_region: Callable[[str], Path], tmp_path: Path
) -> None:
    others = [built_region("manhattan"), built_region("khuzestan")]
    async with inside(tmp_path / "data", region, more=others) as (running, client):
        building = running.entrance.building
        assert set(building.rooms) == {TEHRAN, "manhattan", "khuzestan"}
        graphs = {name: building.roads[name].graph for name in building.rooms}
        stations = {name: building.offices.station_at(building.regions[name].centre) for name in building.regions}
        assert all(str(station).startswith(f"{name}.") for name, station in stations.items())
        rebuilt(region)
        await running.reloader.reload(TEHRAN)
        changed = {name for name in building.rooms if building.roads[name].graph is not graphs[name]}
        assert changed == {TEHRAN}
        assert stations == {
            name: building.offices.station_at(building.regions[name].centre) for name in building.regions
        }
        server = (await client.get("/v1/server")).json()
        assert {province["id"] for province in server["provinces"]} == set(building.rooms)
        await check_names_of_all_are_searched(client)


async def check_names_of_all_are_searched(client: httpx.AsyncClient) -> None:
    """A session's own province goes first, then the others; what every province reads alike stands there once."""
    for own, other in ((PROVINCE, "khuzestan"), ("khuzestan", PROVINCE)):
        token = (await client.post("/v1/sessions", json={"seat": f"dispatcher:{own}"})).json()["token"]
        client.cookies.clear()

        async def search(q: str, token: str = token, **more: str) -> list[dict[str, Any]]:
            headers = {"authorization": f"Bearer {token}"}
            answer = await client.get("/v1/places", params={"q": q, **more}, headers=headers)
            return list(answer.json()["places"])

        assert [place["kind"] for place in await search(f"{HERE[1]} {HERE[0]}")] == ["coordinates"]
        provinces = [place["county"].partition(".")[0] for place in await search("طالقانی", limit="30")]
        assert provinces[0] == own
        assert other in provinces
        near = await search("طالقانی", near=",".join(map(str, HERE)))
        assert {place["county"] for place in near} == {f"{PROVINCE}.tehran"}


def test_the_command_reloads_a_running_server_and_says_why_when_it_cannot(region: Path, tmp_path: Path) -> None:
    data = tmp_path / "data"
    data.mkdir()
    with served(data, region) as server:
        rebuilt(region)
        version = Region.load(region).version
        done = CliRunner().invoke(app, ["region", "reload", PROVINCE, "--data", str(data)])
        assert done.exit_code == 0, done.output
        assert version in done.output
        assert server.seat(f"dispatcher:{PROVINCE}").incident()
        (region / "graph" / "graph.json").unlink()
        refused = CliRunner().invoke(app, ["region", "reload", PROVINCE, "--data", str(data)])
        assert refused.exit_code == 2
        assert "region.unreadable" in refused.output
        assert server.seat(f"dispatcher:{PROVINCE}").incident()
        unknown = ask_for_reload(data, "nowhere", wait_s=10)
        assert unknown is not None
        assert unknown.code == "organisation.province_not_found"
        assert "NOT SIGNED" in server.said()
        assert "Traceback" not in server.said()
    nobody = CliRunner().invoke(app, ["region", "reload", PROVINCE, "--data", str(data), "--wait", "1"])
    assert nobody.exit_code == 3


def test_open_screens_hear_of_another_map_and_names_are_searched_in_it(region: Path, tmp_path: Path) -> None:
    data = tmp_path / "data"
    data.mkdir()
    records = region / "places" / "records.json"
    with served(data, region) as server:
        desk = server.seat(f"dispatcher:{PROVINCE}")
        with opened(server, desk) as line, opened(server, server.seat(f"call_taker:{PROVINCE}")) as board:
            hello(line), hello(board)
            before = next_frame(line, "map")["items"]
            assert before == [{"province": PROVINCE, "version": Region.load(region).version}]
            assert desk.get("/v1/server").json()["provinces"][0]["map_version"] == before[0]["version"]
            assert "آزمون‌گاه" not in desk.get("/v1/places?q=آزمون‌گاه").text
            file = json.loads(records.read_text(encoding="utf-8"))
            street = file["kinds"].index("street")
            file["names"][street] = "خیابان آزمون‌گاه"
            records.unlink()
            records.write_text(json.dumps(file), encoding="utf-8")
            rebuilt(region)
            done = ask_for_reload(data, PROVINCE, wait_s=60)
            assert done is not None and done.done is not None, done
            for screen in (line, board):
                (item,) = next_frame(screen, "map")["items"]
                if item == before[0]:  # what was in force when this line opened
                    (item,) = next_frame(screen, "map")["items"]
                assert item == {"province": PROVINCE, "version": done.done.after}
            found = desk.get("/v1/places?q=آزمون‌گاه").json()["places"]
            assert "آزمون‌گاه" in found[0]["label_fa"]


def amended(tree: dict[str, Any], station: str, *, ends: bool) -> dict[str, Any]:
    """The tree in which a new station has the area of an old one from yesterday on; the old one `ends` then, or does not."""
    day = (datetime.now(UTC) - timedelta(days=1)).date().isoformat()
    old = next(office for office in tree["offices"] if office["id"] == station)
    new = {**old, "id": f"{station}x", "name_fa": "کلانتری تازه", "name_en": "New Station", "valid_from": day}
    others = [{**o, "valid_until": day} if ends and o["id"] == station else o for o in tree["offices"]]
    return {**tree, "offices": [*others, new], "sectors": [s for s in tree["sectors"] if s["station_id"] != station]}


def test_the_office_tree_is_amended_at_work_and_old_incidents_keep_their_offices(region: Path, tmp_path: Path) -> None:
    data, newer = tmp_path / "data", tmp_path / "newer.json"
    data.mkdir()
    with served(data, region) as server:
        desk = server.seat(f"dispatcher:{PROVINCE}")
        old = desk.incident()
        station = desk.get(f"/v1/incidents/{old}").json()["station"]
        tree = json.loads((region / "offices.json").read_text(encoding="utf-8"))

        def amend(changed: Any) -> Any:
            newer.write_text(json.dumps(changed), encoding="utf-8")
            return CliRunner().invoke(app, ["region", "amend", str(region), "--offices", str(newer)])

        # Two stations over the same ground: by the command, and by a folder that was changed without it.
        twice = amended(tree, station, ends=False)
        unsound = amend(twice)
        assert unsound.exit_code == 2 and "region.offices_unsound" in unsound.output, unsound.output
        assert Region.load(region).verify() is None, "nothing was written"
        (region / "offices.json").unlink()
        (region / "offices.json").write_text(json.dumps(twice), encoding="utf-8")
        rebuilt(region)
        refused = ask_for_reload(data, PROVINCE, wait_s=60)
        assert refused is not None and refused.done is None and refused.code == "region.offices_unsound"
        assert "هم‌پوشانی" in refused.fa
        assert desk.get(f"/v1/incidents/{desk.incident()}").json()["station"] == station
        (region / "offices.json").unlink()
        (region / "offices.json").write_text(json.dumps(tree), encoding="utf-8")
        rebuilt(region)
        # One that ends as the other begins.
        done = amend(amended(tree, station, ends=True))
        assert done.exit_code == 0, done.output
        reloaded = ask_for_reload(data, PROVINCE, wait_s=60)
        assert reloaded is not None and reloaded.done is not None, reloaded
        new = desk.incident("fight")
        assert desk.get(f"/v1/incidents/{new}").json()["station"] == f"{station}x"
        assert desk.get(f"/v1/incidents/{old}").json()["station"] == station
        assert "New Station" in desk.get("/v1/offices").text
        assert desk.post(f"/v1/incidents/{old}/notes", {"text": "still worked on"}).status_code == 200
        assert "Traceback" not in server.said()
