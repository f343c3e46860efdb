"""The last hour at a desk: counted from what was really done, by those who may see it."""

from nazdik.kernel import ProvinceId
from tests.contract.test_day_report import Room, _one_of_each, room
from tests.server import PROVINCE, problem

__all__ = ["room"]  # the fixture


async def test_what_was_done_is_told_of_the_office_and_of_those_below(room: Room) -> None:
    await _one_of_each(room)
    answer = await room.http.get(f"/v1/offices/{PROVINCE}/trends")
    assert answer.status_code == 200, answer.text
    told = answer.json()
    hour = told["office"]["trend"]["hour"]
    assert (hour["calls"], hour["incidents"], hour["open"], hour["waiting"]) == (2, 2, 2, 2)
    assert told["office"]["trend"]["before"] is None, "the log began now"
    series = told["office"]["trend"]["series"]
    assert series["incidents"][-1] == 2
    world = room.running.entrance.building.rooms[ProvinceId(PROVINCE)].state.world
    assert [line[-1] for line in series["open_by_priority"]] == [
        sum(one.priority == priority for one in world.incidents.values()) for priority in range(1, 6)
    ]
    assert (series["on_scene"][-1], series["call_backs"][-1]) == (0, 0)
    assert series["alarms_standing"][-1] == 0, "none has climbed so far"
    assert series["free"][-2:] == [None, 0], "of the time before the log nothing is known"
    (county,) = told["below"]
    assert county["office"] == f"{PROVINCE}.tehran"
    assert (county["trend"]["hour"]["calls"], county["trend"]["hour"]["incidents"]) == (1, 2), "a hoax has no county"
    assert county["people"] is None, "this region knows no people"
    stations = (await room.http.get(f"/v1/offices/{PROVINCE}.tehran/trends")).json()["below"]
    assert sum(one["trend"]["hour"]["incidents"] for one in stations) == 2
    standing = sum(one["trend"]["series"]["alarms_standing"][-1] for one in stations)
    assert standing == len(world.alarms) > 0, "nobody is free, and their station knows"


async def test_it_reads_on_as_the_log_grows_and_boards_share_a_count(room: Room) -> None:
    first = (await room.http.get(f"/v1/offices/{PROVINCE}/trends")).json()
    assert first["office"]["trend"]["hour"]["incidents"] == 0
    await _one_of_each(room)
    again = (await room.http.get(f"/v1/offices/{PROVINCE}/trends")).json()
    assert again["at"] == first["at"], "five seconds old at most"
    county = (await room.http.get(f"/v1/offices/{PROVINCE}.tehran/trends")).json()
    assert county["office"]["trend"]["hour"]["incidents"] == 2


async def test_who_may_and_which_offices_there_are(room: Room) -> None:
    problem(await room.http.get("/v1/offices/nowhere/trends"), 404, "dispatch.office_not_found")
    tree = room.running.entrance.building.offices
    own, other = [o.id for o in tree.list_offices() if o.tier == "station" and o.province_id == PROVINCE][:2]
    await room.sit(f"station_desk:{own}")
    assert (await room.http.get(f"/v1/offices/{own}/trends")).status_code == 200
    problem(await room.http.get(f"/v1/offices/{other}/trends"), 403, "organisation.not_your_office")
    await room.sit(f"call_taker:{PROVINCE}")
    problem(await room.http.get(f"/v1/offices/{PROVINCE}/trends"), 403, "organisation.role_may_not")
