"""What people see of a condition: on the list and on the map."""

import msgspec

from nazdik.geo.conditions.model import Condition, CutOff, Piece
from nazdik.geo.conditions.pieces import length_of
from nazdik.kernel import Instant, LonLat, rfc3339


class StreetName(msgspec.Struct, frozen=True):
    """A street's names; empty when it has none."""

    fa: str
    en: str


class CutOffView(msgspec.Struct, frozen=True):
    """Who is cut off, or has a long way round: counts and samples."""

    junctions: int
    streets: int
    street_names: tuple[str, ...]
    places: tuple[str, ...]
    units: tuple[str, ...]
    slower: int
    slower_worst_s: float
    slower_places: tuple[str, ...]


class ConditionView(msgspec.Struct, frozen=True):
    """A closure or a traffic factor; `lines` are its streets, one direction of each."""

    id: str
    province: str
    kind: str
    time_factor: float | None
    reason: str
    note: str
    state: str
    office: str
    streets: tuple[StreetName, ...]
    length_m: float
    lines: tuple[tuple[LonLat, ...], ...]
    starts_at: str
    ends_at: str | None
    created_at: str
    by: str
    started_at: str | None
    over_at: str | None
    over_by: str | None
    cut_off: CutOffView


class Drawn(msgspec.Struct, frozen=True):
    """Pieces of street as people see them: their names, each line once, the metres of both directions counted once."""

    streets: tuple[StreetName, ...]
    lines: tuple[tuple[LonLat, ...], ...]
    length_m: float


def drawn(pieces: tuple[Piece, ...]) -> Drawn:
    """Return pieces as people see them."""
    lines: dict[tuple[LonLat, ...], None] = {}
    names: dict[tuple[str, str], None] = {}
    length_m = 0.0
    for piece in pieces:
        line = tuple(LonLat(*point) for point in piece.line)
        if line[::-1] not in lines:
            lines[line] = None
            length_m += length_of(piece)
        if piece.name_fa or piece.name_en:
            names[(piece.name_fa, piece.name_en)] = None
    return Drawn(tuple(StreetName(fa, en) for fa, en in names), tuple(lines), round(length_m))


def condition_view(province: str, condition: Condition) -> ConditionView:
    """Return a condition as it goes out."""
    seen = drawn(condition.pieces)
    return ConditionView(
        id=condition.id,
        province=province,
        kind=condition.kind,
        time_factor=condition.time_factor,
        reason=condition.reason,
        note=condition.note,
        state=condition.state,
        office=condition.office,
        streets=seen.streets,
        length_m=seen.length_m,
        lines=seen.lines,
        starts_at=rfc3339(condition.starts_at),
        ends_at=_stamp(condition.ends_at),
        created_at=rfc3339(condition.created_at),
        by=condition.by,
        started_at=_stamp(condition.started_at),
        over_at=_stamp(condition.over_at),
        over_by=condition.over_by,
        cut_off=cut_off_view(condition.cut_off),
    )


def cut_off_view(cut: CutOff) -> CutOffView:
    """Return who is cut off as it goes out."""
    return CutOffView(
        junctions=cut.junctions,
        streets=cut.streets,
        street_names=cut.street_names,
        places=cut.places,
        units=tuple(map(str, cut.units)),
        slower=cut.slower,
        slower_worst_s=cut.slower_worst_s,
        slower_places=cut.slower_places,
    )


def _stamp(at: Instant | None) -> str | None:
    return None if at is None else rfc3339(at)
