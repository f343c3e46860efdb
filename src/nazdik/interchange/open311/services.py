"""The services: kinds of reports that nobody has to drive to at once, with what is asked besides."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Attribute:
    """Something asked besides, answered if the reporter can, or always; `values` are what a list offers: (key, name)."""

    code: str
    datatype: str
    description: str
    required: bool = False
    values: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Service:
    """
    One service; its code is our kind of incident.

    `listed`: reports of it are in the public list. Of the others a reporter asks by the id they were given, and nobody else can.
    """

    code: str
    name: str
    description: str
    listed: bool = False
    attributes: tuple[Attribute, ...] = ()


SERVICES: dict[str, Service] = {
    one.code: one
    for one in (
        Service("noise", "سروصدا / Noise", "سروصدایی که همسایه‌ها را می‌آزارد / Noise that disturbs neighbours", True),
        Service(
            "traffic_blocked",
            "انسداد معبر / Road blocked",
            "چیزی راه را بسته است و کسی در خطر نیست / Something blocks the way and nobody is in danger",
            True,
        ),
        Service(
            "traffic_offence",
            "تخلف رانندگی / Traffic offence",
            "پارک یا رانندگی نادرست / Wrong parking or driving",
            attributes=(Attribute("plate", "string", "شمارهٔ پلاک / Number plate"),),
        ),
        Service(
            "found_property",
            "شیء پیداشده / Found property",
            "چیزی پیدا کرده‌اید / You found something",
            True,
            (Attribute("what", "string", "چه پیدا شد / What was found"),),
        ),
        Service(
            "theft_past",
            "سرقت پیشین / Theft, past",
            "سرقتی که گذشته و کسی آن‌جا نیست / A theft that is over, with nobody there any more",
            attributes=(
                Attribute("when", "datetime", "کِی / When"),
                Attribute("what", "text", "چه بردند / What was taken"),
            ),
        ),
        Service("animal", "حیوان / Animal", "حیوانی که مزاحم است / An animal that is a nuisance", True),
        Service("nuisance", "مزاحمت / Nuisance", "مزاحمت پی‌درپی / Nuisance again and again"),
        Service("suspicious", "مورد مشکوک / Suspicious", "چیزی که باید دیده شود / Something to be looked at"),
        Service("other", "دیگر / Other", "آنچه در فهرست نیست / What is not listed"),
    )
}


def listed(services: Iterable[Service] = tuple(SERVICES.values()), group: str = "پلیس / Police") -> list[Json]:
    """Return the list of services."""
    return [
        {
            "service_code": one.code,
            "service_name": one.name,
            "description": one.description,
            "metadata": bool(one.attributes),
            "type": "realtime",
            "keywords": "",
            "group": group,
        }
        for one in services
    ]


def definition(service: Service) -> Json:
    """Return what is asked besides."""
    return {
        "service_code": service.code,
        "attributes": [
            {
                "variable": True,
                "code": one.code,
                "datatype": one.datatype,
                "required": one.required,
                "datatype_description": "",
                "order": n,
                "description": one.description,
            }
            | ({"values": [{"key": key, "name": name} for key, name in one.values]} if one.values else {})
            for n, one in enumerate(service.attributes, 1)
        ],
    }
