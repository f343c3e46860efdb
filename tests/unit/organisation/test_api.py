"""The office tree as every face reads it."""

from litestar import Litestar
from litestar.di import Provide
from litestar.testing import TestClient

from nazdik.organisation.api import ROUTES
from tests.unit.organisation.doubles import AHVAZ_11, SmallTree


def test_the_whole_tree_is_given_parents_first() -> None:
    tree = SmallTree()
    app = Litestar([*ROUTES], dependencies={"office_tree": Provide(lambda: tree, sync_to_thread=False)})
    with TestClient(app) as client:
        offices = client.get("/v1/offices").json()["offices"]
    assert [office["id"] for office in offices] == [office.id for office in tree.list_offices()]
    known: set[str | None] = {None}
    for office in offices:
        assert office["parent"] in known
        known.add(office["id"])
    station = next(office for office in offices if office["id"] == AHVAZ_11)
    assert station == {
        "id": "khuzestan.ahvaz.11",
        "tier": "station",
        "parent": "khuzestan.ahvaz",
        "province": "khuzestan",
        "code": "KHUZESTAN.AHVAZ.11",
        "name_fa": "نام khuzestan.ahvaz.11",
        "name_en": "Name khuzestan.ahvaz.11",
        "seat": [48.68, 31.32],
        "bounds": None,
    }
    assert offices[0]["province"] is None
