"""A station's own desk logs its crews on; who is on a unit is told to few, and each look is written down."""

from tests.contract.test_day_report import Room, room
from tests.server import PROVINCE, problem

__all__ = ["room"]  # the fixture


async def test_a_station_logs_a_crew_on_in_one_step_and_sees_who_is_there(room: Room) -> None:
    units = (await room.http.get("/v1/units")).json()["units"]
    first, second = [unit for unit in units if unit["office"] == units[0]["office"]][:2]
    station = first["office"]
    await room.sit(f"station_desk:{station}")
    before = (await room.http.get(f"/v1/offices/{station}/crews")).json()
    assert {one["unit"] for one in before["crews"]} >= {first["id"], second["id"]}
    assert all(one["members"] == [] for one in before["crews"])
    sector = before["sectors"][0]["id"]
    body = {"members": ["۷۰۰۱", " 7002 "], "skills": ["patrol"], "sector": sector}
    await room.done(f"/v1/units/{first['id']}/crew", body)
    after = (await room.http.get(f"/v1/offices/{station}/crews")).json()["crews"]
    told = next(one for one in after if one["unit"] == first["id"])
    assert (told["members"], told["sector"], told["on_duty"], told["crew"]) == (["7001", "7002"], sector, True, 2)
    seen = next(u for u in (await room.http.get("/v1/units")).json()["units"] if u["id"] == first["id"])
    assert seen["on_duty"] and "members" not in seen, "other desks learn how many, not who"
    other = {"members": ["7002"]}
    refused = await room.http.post(f"/v1/units/{second['id']}/crew", json=other, headers={"idempotency-key": "twice"})
    assert problem(refused, 409, "dispatch.crew_elsewhere")["call_sign"] == first["call_sign"]
    await room.done(f"/v1/units/{first['id']}/duty", {"on": False})
    await room.done(f"/v1/units/{second['id']}/crew", other)
    audit = room.running.entrance.building.audit
    assert audit is not None
    assert [look.subject for look in audit.read() if look.what == "crews"] == [station, station]


async def test_another_stations_crews_are_none_of_its_business(room: Room) -> None:
    units = (await room.http.get("/v1/units")).json()["units"]
    own = units[0]["office"]
    other = next(unit for unit in units if unit["office"] != own)
    await room.sit(f"station_desk:{own}")
    problem(await room.http.get(f"/v1/offices/{other['office']}/crews"), 403, "organisation.not_your_office")
    body = {"members": ["7001"]}
    refused = await room.http.post(f"/v1/units/{other['id']}/crew", json=body, headers={"idempotency-key": "other"})
    problem(refused, 403, "organisation.not_your_office")
    await room.sit(f"county_desk:{own.rpartition('.')[0]}")
    problem(await room.http.get(f"/v1/offices/{own}/crews"), 403, "organisation.role_may_not")
    await room.sit(f"dispatcher:{PROVINCE}")
    assert (await room.http.get(f"/v1/offices/{own}/crews")).status_code == 200
    problem(await room.http.get("/v1/offices/nowhere/crews"), 404, "dispatch.office_not_found")


async def test_a_stations_people_are_told_by_number_and_no_others_are_taken(room: Room) -> None:
    units = (await room.http.get("/v1/units")).json()["units"]
    unit = units[0]
    station = unit["office"]
    seat = {"role": "station_desk", "office": station, "unit": None, "since": "", "until": ""}
    value = {"active": True, "seats": [seat], "number": "7701", "skills": ["first_aid"]}
    path = f"/v1/settings/person/{PROVINCE}.p.crew-of-register"
    await room.sit(f"administrator:{PROVINCE}")
    await room.done(f"{path}/draft", {"value": value, "why": "آزمون"})
    await room.sit(f"administrator:{PROVINCE}:2")
    held = (await room.http.get(path)).json()
    assert {line["what"]["en"]: line["after"]["en"] for line in held["draft"]["lines"]}[
        "Their own skills"
    ] == "first aid"
    await room.done(f"{path}/publish", {"revision": held["draft"]["revision"], "over": held["over"]})
    await room.sit(f"station_desk:{station}")
    told = (await room.http.get(f"/v1/offices/{station}/crews")).json()
    assert told["people"] == [{"number": "7701", "skills": ["first_aid"], "on": None}]
    assert "crew-of-register" not in str(told), "a sign-in name is nobody's number"
    stranger = await room.http.post(
        f"/v1/units/{unit['id']}/crew", json={"members": ["9999"]}, headers={"idempotency-key": "stranger"}
    )
    assert problem(stranger, 422, "dispatch.crew_member_unknown") == {"member": "9999"}
    await room.done(f"/v1/units/{unit['id']}/crew", {"members": ["7701"]})
    told = (await room.http.get(f"/v1/offices/{station}/crews")).json()
    assert told["people"][0]["on"] == unit["call_sign"]
    assert "first_aid" in next(each for each in told["crews"] if each["unit"] == unit["id"])["skills"]


async def test_who_is_in_service_no_more_is_told_to_the_station_and_the_car_goes_off_duty(room: Room) -> None:
    unit = (await room.http.get("/v1/units")).json()["units"][0]
    station, path = unit["office"], f"/v1/settings/person/{PROVINCE}.p.crew-that-leaves"
    seat = {"role": "station_desk", "office": station, "unit": None, "since": "", "until": ""}

    async def publish(**changed: object) -> None:
        value = {"active": True, "seats": [seat], "number": "7702", "skills": [], **changed}
        await room.sit(f"administrator:{PROVINCE}")
        await room.done(f"{path}/draft", {"value": value, "why": "آزمون"})
        await room.sit(f"administrator:{PROVINCE}:2")
        held = (await room.http.get(path)).json()
        await room.done(f"{path}/publish", {"revision": held["draft"]["revision"], "over": held["over"]})
        await room.sit(f"station_desk:{station}")

    await publish()
    await room.done(f"/v1/units/{unit['id']}/crew", {"members": ["7702"]})
    await publish(active=False)
    seen = next(u for u in (await room.http.get("/v1/units")).json()["units"] if u["id"] == unit["id"])
    assert (seen["on_duty"], seen["lapsed"]) == (False, 0)
    alarms = (await room.http.get("/v1/alarms")).json()["alarms"]
    (notice,) = [alarm for alarm in alarms if alarm["cause"] == "crew_lapsed"]
    assert (notice["office"], notice["call_sign"], notice["climbs_at"]) == (station, unit["call_sign"], None)
    assert "7702" not in str(notice) and "crew-that-leaves" not in str(notice), "who it is stands in the crew's list"
    await room.sit(f"county_desk:{station.rpartition('.')[0]}")
    assert all(a["cause"] != "crew_lapsed" for a in (await room.http.get("/v1/alarms")).json()["alarms"])
    await room.sit(f"station_desk:{station}")
    await room.done(f"/v1/alarms/{notice['id']}/acknowledge", {})
    assert all(a["cause"] != "crew_lapsed" for a in (await room.http.get("/v1/alarms")).json()["alarms"])
