"""Trips out of a province's log: each promise with the arrival that followed it."""

from collections.abc import Iterable, Iterator

from nazdik.bootstrap.province_state import decode
from nazdik.dispatch import events as e
from nazdik.dispatch.model import PromiseStage
from nazdik.geo.eta.trips import Trip
from nazdik.kernel import AssignmentId, IncidentId
from nazdik.kernel.instant import seconds_between
from nazdik.platform.eventlog.entry import Entry

# All that a trip is made of; other entries are not even decoded.
KINDS = frozenset(
    str(kind.__struct_config__.tag)
    for kind in (
        e.EtaPromised,
        e.UnitInArea,
        e.UnitOnScene,
        e.IncidentClassified,
        e.KindChanged,
        e.PlaceChanged,
        e.RouteBlocked,
        e.OfferRefused,
        e.OfferUnanswered,
        e.AssignmentWithdrawn,
        e.AssignmentDiverted,
        e.AssignmentCancelled,
        e.UnitCleared,
        e.StepTakenBack,
    )
)
_GIVES_UP = (
    e.RouteBlocked,
    e.OfferRefused,
    e.OfferUnanswered,
    e.AssignmentWithdrawn,
    e.AssignmentDiverted,
    e.AssignmentCancelled,
    e.UnitCleared,
)


def trips_of(entries: Iterable[Entry]) -> Iterator[Trip]:
    """
    Yield the trips of a log in the order of their arrivals.

    A drive whose goal moved or whose way was closed under it is no trip: what was promised was about another way. Nor is one
    whose arrival was said by mistake; it ends where the crew really arrived.
    """
    arrived: dict[AssignmentId, tuple[Trip, e.EtaPromised, e.EtaPromised | None]] = {}
    sent: dict[AssignmentId, e.EtaPromised] = {}
    driving: dict[AssignmentId, e.EtaPromised] = {}
    radius_m: dict[IncidentId, float] = {}
    for entry in entries:
        if entry.kind not in KINDS:
            continue
        fact = decode(entry.kind, entry.body)
        match fact:
            case e.EtaPromised(stage=PromiseStage.SENT):
                sent[fact.assignment_id] = fact
            case e.EtaPromised(stage=PromiseStage.RENEWED):
                # The roads changed under it: from there on it is another promise, and the first was about other roads.
                if fact.assignment_id in driving:
                    driving[fact.assignment_id] = fact
            case e.EtaPromised():
                driving[fact.assignment_id] = fact
            case e.IncidentClassified() | e.KindChanged():
                radius_m[fact.incident_id] = fact.radius_m
            case e.PlaceChanged():
                for gone in [a for a, p in driving.items() if p.incident_id == fact.incident_id]:
                    del driving[gone]
            case e.UnitInArea() | e.UnitOnScene():
                promised = driving.pop(fact.assignment_id, None)
                at_sending = sent.pop(fact.assignment_id, None)
                if promised is not None:
                    circle_m = radius_m.get(fact.incident_id, 0.0) if isinstance(fact, e.UnitInArea) else 0.0
                    arrived[fact.assignment_id] = _trip(promised, at_sending, fact, circle_m), promised, at_sending
            case e.StepTakenBack(step="on_scene", assignment_id=taken) if taken in arrived:
                _, driving[taken], at_sending = arrived.pop(taken)
                if at_sending is not None:
                    sent[taken] = at_sending
            case e.StepTakenBack(step="en_route"):
                driving.pop(fact.assignment_id, None)
            case _ if isinstance(fact, _GIVES_UP):
                driving.pop(fact.assignment_id, None)
                if not isinstance(fact, e.RouteBlocked):
                    sent.pop(fact.assignment_id, None)
            case _:
                pass
    for trip, _, _ in arrived.values():
        yield trip


def _trip(
    promised: e.EtaPromised, at_sending: e.EtaPromised | None, arrived: e.UnitInArea | e.UnitOnScene, circle_m: float
) -> Trip:
    # The circle is entered before the place is reached: the promise for the way up to there is as much shorter.
    share = max(0.0, 1.0 - circle_m / promised.distance_m) if promised.distance_m > 0 else 0.0
    return Trip(
        assignment=promised.assignment_id,
        began_at=promised.at,
        took_s=seconds_between(promised.at, arrived.at),
        promised_s=promised.travel_time_s * share,
        sent_promised_s=at_sending.travel_time_s if at_sending is not None else None,
        sent_took_s=seconds_between(at_sending.at, arrived.at) if at_sending is not None else None,
        distance_m=promised.distance_m,
        legs=promised.legs,
        share=share,
        traffic_s=promised.traffic_s,
        unit_kind=promised.unit_kind,
        skill=promised.skill,
        table=promised.roads.table,
        band=promised.roads.band,
        learned=promised.roads.learned,
    )
