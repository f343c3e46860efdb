"""The lists that may come from a file."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from nazdik.bootstrap.administration.fields import Text
from nazdik.bootstrap.imports import offices, rows
from nazdik.bootstrap.imports.columns import Column, Table


@dataclass(frozen=True, slots=True)
class Listing:
    """One kind of list."""

    name: str
    label: Text
    columns: tuple[Column, ...]
    read: Callable[[Table, rows.Ground], rows.Read]
    row: type[Any]


LISTINGS: Mapping[str, Listing] = {
    one.name: one
    for one in (
        Listing("people", Text("افراد", "People"), rows.PEOPLE, rows.read_people, rows.PersonRow),
        Listing("units", Text("واحدها", "Units"), rows.UNITS, rows.read_units, rows.UnitRow),
        Listing(
            "hazards",
            Text("خطرها", "Hazards"),
            rows.HAZARD_COLUMNS,
            rows.read_hazards,
            rows.HazardRow,
        ),
        Listing("offices", Text("یگان‌ها", "Offices"), offices.COLUMNS, offices.read_offices, offices.OfficeListRow),
    )
}
