"""Everything a province's decisions need, and how its stored facts make it."""

from typing import Any

import msgspec
from immutables import Map
from msgspec.structs import replace

from nazdik.administration import events as setting_events
from nazdik.administration import evolution as setting_evolution
from nazdik.administration.model import Settings
from nazdik.dispatch import events as dispatch_events
from nazdik.dispatch.evolution import evolve
from nazdik.dispatch.model import World
from nazdik.geo.addresses import events as address_events
from nazdik.geo.addresses import evolution as address_evolution
from nazdik.geo.addresses.model import Addresses
from nazdik.geo.conditions import events as road_events
from nazdik.geo.conditions import evolution as road_evolution
from nazdik.geo.conditions.model import Roads
from nazdik.guide import events as guide_events
from nazdik.guide import evolution as guide_evolution
from nazdik.guide.model import Guide
from nazdik.intake import events as intake_events
from nazdik.intake import evolution as intake_evolution
from nazdik.intake.model import Calls
from nazdik.interchange.warnings import events as warning_events
from nazdik.interchange.warnings import evolution as warning_evolution
from nazdik.interchange.warnings.model import Warnings
from nazdik.kernel import ProvinceId
from nazdik.premises import events as premise_events
from nazdik.premises import evolution as premise_evolution
from nazdik.premises.model import Premises

STATE_VERSION = 20

AnyEvent = (
    dispatch_events.AnyEvent
    | intake_events.AnyEvent
    | road_events.AnyEvent
    | address_events.AnyEvent
    | warning_events.AnyEvent
    | guide_events.AnyEvent
    | premise_events.AnyEvent
    | setting_events.AnyEvent
)
_decode_event = msgspec.json.Decoder(AnyEvent).decode


class ProvinceState(msgspec.Struct, frozen=True):
    """Everything a province's decisions need."""

    world: World
    calls: Calls
    roads: Roads
    addresses: Addresses
    warnings: Warnings
    guide: Guide
    premises: Premises
    settings: Settings


def first_state(province: ProvinceId) -> ProvinceState:
    """Return the state before the first fact."""
    return ProvinceState(
        world=World(province=province),
        calls=Map(),
        roads=Roads(province=province),
        addresses=Addresses(province=province),
        warnings=Warnings(province=province),
        guide=Guide(province=province),
        premises=Premises(province=province),
        settings=Settings(province=province),
    )


def fold(state: ProvinceState, event: Any) -> ProvinceState:
    """Apply one stored fact."""
    if isinstance(event, dispatch_events.Event):
        return replace(state, world=evolve(state.world, event))
    if isinstance(event, road_events.Event):
        return replace(state, roads=road_evolution.evolve(state.roads, event))
    if isinstance(event, address_events.Event):
        return replace(state, addresses=address_evolution.evolve(state.addresses, event))
    if isinstance(event, warning_events.Event):
        return replace(state, warnings=warning_evolution.evolve(state.warnings, event))
    if isinstance(event, guide_events.Event):
        return replace(state, guide=guide_evolution.evolve(state.guide, event))
    if isinstance(event, premise_events.Event):
        return replace(state, premises=premise_evolution.evolve(state.premises, event))
    if isinstance(event, setting_events.Event):
        return replace(state, settings=setting_evolution.evolve(state.settings, event))
    return replace(state, calls=intake_evolution.evolve(state.calls, event))


def decode(kind: str, body: bytes) -> Any:
    """Return a stored event; its kind is within the body too, so that a body alone can be read."""
    event = _decode_event(body)
    assert event.__struct_config__.tag == kind, f"entry says {kind}, body says {event.__struct_config__.tag}"
    return event
