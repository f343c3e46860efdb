"""A county splits while the province works: what happened before keeps its offices, what happens after gets the new ones."""

from dataclasses import replace

import msgspec

from nazdik.bootstrap.province import ProvinceMachine
from nazdik.bootstrap.snapshots import restore, snapshot
from nazdik.geo.responsible import OfficeForest, OfficesFile
from nazdik.kernel import ProvinceId, from_rfc3339
from tests.town import Town, at_m
from tests.unit.geo.test_office_versions import office

SPLIT = "2026-09-24"
MIDNIGHT_IN_IRAN = from_rfc3339("2026-09-23T20:30:00Z")


def tree() -> OfficeForest:
    """The east of county `p.a`, from 5 km on, becomes county `p.c` on the day of the split."""

    def strip(from_m: float, to_m: float) -> dict[str, object]:
        (west, lat), (east, _) = at_m(from_m), at_m(to_m)
        ring = [[west, lat - 0.01], [east, lat - 0.01], [east, lat + 0.01], [west, lat + 0.01], [west, lat - 0.01]]
        return {"type": "Polygon", "coordinates": [ring]}

    offices = [
        office("p", "province", "iran"),
        office("p.a", "county", "p", strip(0, 15_000), valid_until=SPLIT),
        office("p.a", "county", "p", strip(0, 5_000), valid_from=SPLIT),
        office("p.c", "county", "p", strip(5_000, 15_000), valid_from=SPLIT),
        office("p.a.1", "station", "p.a", strip(0, 5_000)),
        office("p.a.2", "station", "p.a", strip(5_000, 15_000), valid_until=SPLIT),
        office("p.c.1", "station", "p.c", strip(5_000, 15_000), valid_from=SPLIT),
    ]
    file = {"format": "nazdik-offices", "version": 1, "offices": offices, "sectors": []}
    return OfficeForest([(ProvinceId("p"), msgspec.json.decode(msgspec.json.encode(file), type=OfficesFile))])


def test_old_incidents_keep_their_offices_and_new_ones_get_the_new() -> None:
    town = Town()
    town.around = replace(town.around, offices=tree())
    town.machine = ProvinceMachine(town.around)
    town.writer._machine = town.machine
    town.clock.move_to(MIDNIGHT_IN_IRAN - 1)  # type: ignore[arg-type]
    before = town.incident(east_m=8_000, name="1")
    beside = town.incident(east_m=2_000, name="2")
    town.clock.move_to(MIDNIGHT_IN_IRAN)
    after = town.incident(east_m=8_000, name="3")
    assert town.get(before).station == "p.a.2"
    assert town.get(after).station == "p.c.1"
    assert town.get(beside).station == "p.a.1"
    assert town.around.offices.chain_of(town.get(before).station)[1] == "p.a"  # type: ignore[arg-type]
    assert town.around.offices.chain_of(town.get(after).station)[1] == "p.c"  # type: ignore[arg-type]
    again = restore(snapshot(town.writer.state)).world
    assert [again.incidents[i].station for i in (before, after)] == ["p.a.2", "p.c.1"]
