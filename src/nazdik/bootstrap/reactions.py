"""What a fact of one context asks of another, and what a command's answer names."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from nazdik.dispatch import commands as dispatch_commands
from nazdik.dispatch import events as dispatch_events
from nazdik.dispatch.model import Incident
from nazdik.geo.addresses import commands as address_commands
from nazdik.geo.addresses import events as address_events
from nazdik.geo.conditions import events as road_events
from nazdik.geo.conditions.model import ConditionId, ConditionState, Roads
from nazdik.intake import commands as intake_commands
from nazdik.intake import decisions as intake
from nazdik.intake import events as intake_events
from nazdik.intake.estimates import best_of
from nazdik.intake.model import Call, CallBack, Calls, Outcome
from nazdik.intake.passing import held_by
from nazdik.interchange.warnings import events as warning_events
from nazdik.kernel import Instant
from nazdik.premises import events as premise_events


def conditions_changed(before: Roads, after: Roads) -> list[ConditionId]:
    """Return the conditions that came into force or went out of it, in the order of their ids."""
    if before.revision == after.revision:
        return []

    def in_force(roads: Roads) -> set[ConditionId]:
        return {c.id for c in roads.conditions.values() if c.state is ConditionState.ACTIVE}

    return sorted(in_force(before) ^ in_force(after))


def asked_by_repair(command: address_commands.Command) -> Iterator[dispatch_commands.ChangePlace]:
    """What the repair of an address asks of dispatch: the incident's place, when another was given."""
    if isinstance(command, address_commands.SettleAddress) and command.point is not None:
        yield dispatch_commands.ChangePlace(incident_id=command.incident_id, point=command.point, place=command.place)


_REACTED_TO = frozenset(
    {
        intake_events.RingingEnded,
        intake_events.CallBackTried,
        intake_events.CallDescribed,
        intake_events.CallWordsCleared,
        intake_events.CallClassified,
        intake_events.QuestionsAnswered,
        intake_events.CallLinked,
        intake_events.CallUnlinked,
        intake_events.CallClosed,
    }
)


def reactions(fact: Any, incidents: Mapping[Any, Incident], calls: Calls) -> tuple[Any, ...]:
    """What a fact about a call asks of dispatch."""
    if type(fact) not in _REACTED_TO:
        return ()
    match fact:
        case intake_events.RingingEnded(call_back=True) | intake_events.CallBackTried():
            return (_about_call_back(calls[fact.call_id], fact.at),)
        case intake_events.CallDescribed(kind=kind, point=point) if kind is not None or point is not None:
            return (
                dispatch_commands.DraftIncident(
                    incident_id=fact.incident_id,
                    call_id=fact.call_id,
                    kind=kind,
                    priority=fact.priority,
                    point=point,
                    place=fact.place or None,
                ),
            )
        case intake_events.CallWordsCleared(no_place=True, incident_id=incident_id):
            draft = incidents.get(incident_id)
            if draft is None or draft.ended or not draft.draft:
                return ()
            return (dispatch_commands.DraftIncident(incident_id=incident_id, call_id=fact.call_id, place=""),)
        case intake_events.CallClassified():
            return (
                dispatch_commands.ClassifyIncident(
                    incident_id=fact.incident_id,
                    call_id=fact.call_id,
                    kind=fact.kind,
                    priority=fact.priority,
                    point=fact.point,
                    place=fact.place,
                    narrative=fact.narrative,
                    hazards=fact.hazards,
                ),
            )
        case intake_events.QuestionsAnswered(incident_id=incident_id, answers=answers):
            return (dispatch_commands.AnswerQuestions(incident_id=incident_id, answers=answers, strict=False),)
        case intake_events.CallLinked(incident_id=incident_id, call_id=call_id):
            begun = intake.incident_of(call_id)
            draft = incidents.get(begun)
            joined = dispatch_commands.JoinCall(incident_id=incident_id, call_id=call_id)
            if draft is None or begun == incident_id or not draft.draft or draft.ended:
                return (joined,)
            return (joined, dispatch_commands.CancelIncident(incident_id=begun, reason="linked"))
        case intake_events.CallUnlinked(incident_id=incident_id, call_id=call_id):
            return (dispatch_commands.PartCall(incident_id=incident_id, call_id=call_id),)
        case intake_events.CallClosed(incident_id=incident_id, outcome=outcome) if incident_id is not None:
            draft = incidents.get(incident_id)
            if draft is None or draft.ended or not draft.draft:
                return ()
            return (
                dispatch_commands.CancelIncident(
                    incident_id=incident_id, reason="transferred" if outcome is Outcome.TRANSFERRED else "no_incident"
                ),
            )
        case _:
            return ()


def _about_call_back(call: Call, now: Instant) -> dispatch_commands.Command:
    """Whoever still waits is to be called in time."""
    if call.call_back is not CallBack.DUE or call.call_back_asked:
        return dispatch_commands.SettleCallBack(call_id=call.id)
    best = best_of(call.locations, now)
    return dispatch_commands.AwaitCallBack(
        call_id=call.id,
        priority=call.priority,
        point=call.point or (best.point if best is not None else None),
        tries=call.call_back_tries,
    )


_MOVES_CALLS = (dispatch_events.IncidentAbsorbed, dispatch_events.IncidentUnjoined)


def asked_of_calls(facts: Iterable[Any], calls: Calls, now: Instant) -> Iterator[intake_commands.Command]:
    """
    What facts of dispatch ask of calls: a desk that was taken takes its leaver's callers with it, also those that came after
    it was given; incidents that are joined or unjoined take their callers along.
    """
    for fact in facts:
        if isinstance(fact, _MOVES_CALLS):
            for call_id in fact.calls:
                if call_id in calls:
                    yield intake_commands.MoveCall(call_id=call_id, incident_id=fact.incident_id)
        elif isinstance(fact, dispatch_events.DeskTakenOver):
            for call_id in held_by(calls, fact.left_by, now):
                yield intake_commands.PassCall(call_id=call_id, from_person=fact.left_by, to_person=fact.by)


_MAKES = frozenset(
    {
        dispatch_events.UnitReserved,
        dispatch_events.IncidentDrafted,
        dispatch_events.IncidentOpened,
        dispatch_events.IncidentClassified,
        dispatch_events.LateIncidentEntered,
        intake_events.CallPresented,
        road_events.RoadClosed,
        road_events.TrafficFactorSet,
        address_events.AliasAdded,
        warning_events.WarningDrafted,
        premise_events.NoteAdded,
    }
)


def ids_of(events: Iterable[Any]) -> dict[str, Any]:
    """Return the ids of what came into being, for the sender's answer."""
    ids: dict[str, Any] = {}
    for event in events:
        # Most facts make nothing new, and this is asked of every one.
        if type(event) not in _MAKES:
            continue
        match event:
            case dispatch_events.UnitReserved(assignment_id=assignment_id):
                ids.setdefault("assignment_ids", []).append(assignment_id)
            case (
                dispatch_events.IncidentDrafted()
                | dispatch_events.IncidentOpened()
                | dispatch_events.IncidentClassified()
                | dispatch_events.LateIncidentEntered()
            ):
                ids["incident_id"] = event.incident_id
                if not isinstance(event, dispatch_events.IncidentClassified):
                    ids["incident_number"] = event.number
            case intake_events.CallPresented(call_id=call_id):
                ids["call_id"] = call_id
            case road_events.RoadClosed() | road_events.TrafficFactorSet():
                ids["condition_id"] = event.condition_id
            case premise_events.NoteAdded(note_id=note_id):
                ids["note_id"] = note_id
            case address_events.AliasAdded(alias_id=alias_id):
                ids["alias_id"] = alias_id
            case warning_events.WarningDrafted(warning_id=warning_id):
                ids["warning_id"] = warning_id
    return ids
