"""
Turn restrictions of OpenStreetMap, and what they mean to a patrol: pure rules from tags and streets, each with its reason.

A patrol on its way to a call may turn where others must not, when everybody has seen it; it may not turn where a kerb, a divider
or fast traffic stands in the way. So a restriction either *binds*, or has a *price*, or is *waived* because it is not about
a car on a call at all.
"""

from collections.abc import Iterable, Mapping
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec

from nazdik.geo.profile import RoadClass
from nazdik.kernel.later import later

if TYPE_CHECKING:
    import osmium
else:
    osmium = later("osmium", soon=False)

# What turning against a sign costs: one stops, is seen by all, and goes. A guess, to be learnt; see `profile`.
PRICE_MS = 10_000
# Turning round where that is forbidden takes the whole width of the road from those who come.
U_TURN_PRICE_MS = 15_000

NO_RULES = frozenset({"no_left_turn", "no_right_turn", "no_straight_on", "no_u_turn", "no_entry", "no_exit"})
ONLY_RULES = frozenset({"only_left_turn", "only_right_turn", "only_straight_on", "only_u_turn"})
# Whoever is excepted under one of these words is we.
_WE_ARE = frozenset({"emergency", "police", "motorcar", "motor_vehicle", "vehicle"})
# The most particular one that speaks of a car is the one that counts.
_KEYS = (
    "restriction:emergency",
    "restriction:motorcar",
    "restriction:motor_vehicle",
    "restriction:vehicle",
    "restriction",
)
_SOME_HOURS = ("restriction:conditional", "day_on", "day_off", "hour_on", "hour_off")
# Reasons that tell of a gap in the map, or in us; the others are decisions.
NOT_UNDERSTOOD = ("incomplete", "unclear", "unknown")
_FAST = frozenset({RoadClass.MOTORWAY, RoadClass.MOTORWAY_LINK, RoadClass.TRUNK, RoadClass.TRUNK_LINK})


class Treatment(StrEnum):
    """What a restriction does to a patrol."""

    BIND = "bind"
    PRICE = "price"
    WAIVE = "waive"


class Restriction(msgspec.Struct, frozen=True, array_like=True):
    """
    A restriction as the map has it, on OpenStreetMap's ways and nodes: from one of `from_ways`, over `via`, to one of `to_ways`.

    `via_node` is 0 when it leads over `via_ways`. `rule` is one of `NO_RULES` and `ONLY_RULES`.
    """

    relation: int
    rule: str
    from_ways: tuple[int, ...]
    to_ways: tuple[int, ...]
    via_node: int = 0
    via_ways: tuple[int, ...] = ()


class Said(msgspec.Struct, frozen=True):
    """The restrictions of a file: those that may mean something to a patrol, and how many do not, by reason."""

    restrictions: tuple[Restriction, ...] = ()
    waived: dict[str, int] = {}

    @property
    def in_all(self) -> int:
        """How many the file holds."""
        return len(self.restrictions) + sum(self.waived.values())


def rule_for_us(tags: Mapping[str, str]) -> tuple[str, str]:
    """
    The rule of a relation for a patrol car on a call, and why there is none: ("no_left_turn", "") or ("", "excepted").

    Reasons: `excepted` (emergency vehicles or cars are), `others` (it is about buses, lorries …), `some_hours` (the turn can
    be made, it is only forbidden at times), `unknown` (a word we do not know).
    """
    if _WE_ARE & {word.strip() for word in tags.get("except", "").split(";")}:
        return "", "excepted"
    rule = next((tags[key] for key in _KEYS if key in tags), "")
    if not rule:
        hours = any(key.startswith("restriction") and key.endswith(":conditional") for key in tags)
        return "", "some_hours" if hours else "others"
    if rule in {"none", "no"}:
        return "", "excepted"
    if any(key in tags for key in _SOME_HOURS[1:]):
        return "", "some_hours"
    return (rule, "") if rule in NO_RULES | ONLY_RULES else ("", "unknown")


def treatment(rule: str, road_in: RoadClass, road_out: RoadClass, *, over_divider: bool) -> tuple[Treatment, str]:
    """
    What a forbidden turn from one road into another means to a patrol, and why.

    Args:
        over_divider: It turns round from one carriageway of a divided road into the other.
    """
    if rule not in NO_RULES | ONLY_RULES:
        return Treatment.WAIVE, "unknown"
    if over_divider:
        return Treatment.BIND, "divider"
    if road_in in _FAST or road_out in _FAST:
        return Treatment.BIND, "fast_traffic"
    return Treatment.PRICE, "seen_by_all"


def price_ms(*, turns_round: bool) -> int:
    """What a forbidden turn costs where it only has a price."""
    return U_TURN_PRICE_MS if turns_round else PRICE_MS


def read_restrictions(path: Path) -> Said:
    """The turn restrictions of a file; its nodes and ways are passed over without being unpacked. Raises as osmium does."""
    reader = osmium.FileProcessor(osmium.io.File(str(path), "pbf"), osmium.osm.RELATION)
    found: Any = reader.with_filter(osmium.filter.TagFilter(("type", "restriction")))
    kept: list[Restriction] = []
    waived: dict[str, int] = {}
    for relation in found:
        tags = {tag.k: tag.v for tag in relation.tags}
        rule, reason = rule_for_us(tags)
        restriction = None
        if rule:
            members = [(member.type, member.ref, member.role) for member in relation.members]
            restriction = restriction_of(relation.id, rule, members)
            reason = "incomplete"
        if restriction is None:
            waived[reason] = waived.get(reason, 0) + 1
        else:
            kept.append(restriction)
    return Said(tuple(kept), waived)


def restriction_of(relation: int, rule: str, members: Iterable[tuple[str, int, str]]) -> Restriction | None:
    """A restriction from the members (type, id, role) of its relation, in their order; None when some are missing."""
    by_role: dict[tuple[str, str], list[int]] = {}
    for kind, ref, role in members:
        by_role.setdefault((kind, role), []).append(ref)
    from_ways, to_ways = tuple(by_role.get(("w", "from"), [])), tuple(by_role.get(("w", "to"), []))
    nodes, ways = by_role.get(("n", "via"), []), tuple(by_role.get(("w", "via"), []))
    # Several ways in or out are allowed where the rule says so, and only one place to pass.
    several = {"no_entry": (True, False), "no_exit": (False, True)}.get(rule, (False, False))
    one_each = all(len(w) == 1 or (w and many) for w, many in zip((from_ways, to_ways), several, strict=True))
    if not one_each or (len(nodes) != 1) == (not ways) or (nodes and ways):
        return None
    return Restriction(relation, rule, from_ways, to_ways, nodes[0] if nodes else 0, ways)
