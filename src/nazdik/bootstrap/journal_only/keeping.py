"""Callers' messages while there is no log: the same doors, pages and promises, and the journal as their end."""

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from nazdik.bootstrap.callers import province_at
from nazdik.bootstrap.journal_only.mark import JournalOnly
from nazdik.geo.region import Region
from nazdik.intake.callers.envelope import Came, unwrap
from nazdik.intake.callers.gateways import Gateways
from nazdik.intake.callers.line import Line
from nazdik.intake.callers.pages import Origins
from nazdik.intake.callers.sending import Sending
from nazdik.intake.callers.service import Callers, Desk
from nazdik.intake.callers.subscribers import Subscribers
from nazdik.intake.model import Calls
from nazdik.intake.records import KeptRecord
from nazdik.kernel import Instant, ProvinceId
from nazdik.platform.clock import Clock
from nazdik.platform.journal import Journal


class _NoCalls:
    """A province of whose calls nothing is known."""

    calls = Calls()

    def __init__(self, province: ProvinceId) -> None:
        self.province = province


class _KeptLine(Line):
    """Messages lie in the journal and go nowhere from there."""

    def put(self, came: Came, at: Instant, offset: int) -> None:
        """Leave it where it lies."""


class _KeptCallers(Callers):
    """Pages that began before a restart are known again by what the journal has of them."""

    async def open(self, records: Iterable[KeptRecord], *, unheard: tuple[Instant, Instant] | None = None) -> None:
        """Begin; nothing is read into a log."""
        for record in records:
            came = unwrap(record.data)
            if came is not None and came.door == "begin":
                self.know_page(came.gateway, came.province)
        await super().open((), unheard=unheard)


def keeping(data: Path, regions: Mapping[ProvinceId, Region], journal: Journal, clock: Clock) -> Callers:
    """Return the doors of callers' messages, which end in the journal."""
    gateways = Gateways(data / "gateways.sqlite", clock=clock)

    async def refuse(command: Any, key: str) -> object:
        raise JournalOnly(retry_after_s=30)

    async def none(*_: object) -> list[Any]:
        return []

    def desk(province: ProvinceId) -> Desk:
        room = _NoCalls(province)
        return Desk(
            line=_KeptLine(room, submit=refuse, aml_key=lambda _: "", urgency=lambda _: 0),
            sending=Sending(room, submit=refuse, clock=clock, carrier=lambda: None),
            calls=Calls,
            submit=refuse,
            is_over=lambda _: False,
            look_up=none,
        )

    return _KeptCallers(
        {name: desk(name) for name in regions},
        gateways=gateways,
        origins=Origins(data / "origins.key"),
        keep=journal.append,
        clock=clock,
        province_at=lambda point: province_at(regions, point),
        lines=Subscribers(data / "subscribers.sqlite"),
    )
