"""Routes of a call's life. Each translates and nothing more; `door` asks the policy, submits and answers."""

from typing import Annotated, Literal

import msgspec
from litestar import post
from litestar.di import NamedDependency
from litestar.handlers import BaseRouteHandler
from litestar.params import FromPath, JSONBody, SkipValidation

from nazdik.intake import commands as c
from nazdik.intake.model import CallBackResult, Channel, KindGuess, LocationSource, Outcome
from nazdik.kernel import CallId, IncidentId, LonLat
from nazdik.published.door import CommandAnswer, Door
from nazdik.published.questions import Answered


class CallBody(msgspec.Struct, forbid_unknown_fields=True):
    """A call that rings, or a message that came in."""

    channel: Channel = Channel.TELEPHONE
    number: str | None = None
    name: str | None = None
    narrative: str = ""
    point: LonLat | None = None
    accuracy_m: float | None = None


class LocationBody(msgspec.Struct, forbid_unknown_fields=True):
    """An estimate of where the caller is."""

    source: LocationSource
    point: LonLat
    accuracy_m: float | None = None


class CallBackBody(msgspec.Struct, forbid_unknown_fields=True):
    """How calling back went."""

    result: Literal["reached", "not_needed", "no_answer", "busy"]
    note: str = ""


class ClaimBody(msgspec.Struct, forbid_unknown_fields=True):
    """Whether it is taken on or left."""

    on: bool


class TextBody(msgspec.Struct, forbid_unknown_fields=True):
    """A written message to the caller."""

    text: str


class AgreedBody(msgspec.Struct, forbid_unknown_fields=True):
    """Whether the caller may be written to."""

    agreed: bool


class CallsBody(msgspec.Struct, forbid_unknown_fields=True):
    """Several calls of one province."""

    calls: Annotated[list[str], msgspec.Meta(min_length=1, max_length=200)]


class TextsBody(msgspec.Struct, forbid_unknown_fields=True):
    """One message to several callers."""

    calls: Annotated[list[str], msgspec.Meta(min_length=1, max_length=200)]
    text: str


class DraftBody(msgspec.Struct, forbid_unknown_fields=True):
    """
    What is known while the caller speaks. What is left out stays; an empty `place`, `narrative` or `hazards` is taken back.

    `guessed` is what `POST /v1/kinds/guess` proposed, kept with the version that proposed it; `answers` are those to key questions
    that are new.
    """

    kind: str | None = None
    priority: int | None = None
    point: LonLat | None = None
    place: str | None = None
    narrative: str | None = None
    hazards: str | None = None
    guessed: KindGuess | None = None
    answers: tuple[Answered, ...] = ()


class CallerBody(msgspec.Struct, forbid_unknown_fields=True):
    """Who calls, and where they can be called back when that is not the number they call from; null when not known."""

    name: str | None
    callback: str | None


class ClassificationBody(msgspec.Struct, forbid_unknown_fields=True):
    """What the incident is, and where. `priority` is the kind's own when left out."""

    kind: str
    point: LonLat
    priority: int | None = None
    place: str = ""
    narrative: str = ""
    hazards: str = ""
    guessed: KindGuess | None = None
    answers: tuple[Answered, ...] = ()


class LinkBody(msgspec.Struct, forbid_unknown_fields=True):
    """The incident this call is about; null unlinks."""

    incident: str | None


class CloseCallBody(msgspec.Struct, forbid_unknown_fields=True):
    """How a call ended that makes no incident."""

    outcome: Outcome
    narrative: str = ""


@post("/v1/calls", status_code=201)
async def present_call(data: JSONBody[CallBody], door: NamedDependency[SkipValidation[Door]]) -> CommandAnswer:
    """Present a call. Refusals: intake.point_invalid, intake.text_too_long (422)."""
    command = c.PresentCall(
        call_id=door.call_id(),
        channel=data.channel,
        number=data.number,
        name=data.name,
        narrative=data.narrative,
        point=data.point,
        accuracy_m=data.accuracy_m,
    )
    return await door.act("report_call", command, about=door.office)


@post("/v1/calls/{call_id:str}/answer", status_code=200)
async def answer_call(call_id: FromPath[str], door: NamedDependency[SkipValidation[Door]]) -> CommandAnswer:
    """Take a ringing call. Refusals: intake.call_not_found (404), intake.call_taken (409)."""
    return await door.act("take_call", c.AnswerCall(call_id=CallId(call_id)), about=call_id)


@post("/v1/calls/{call_id:str}/locations", status_code=200)
async def locate_call(
    call_id: FromPath[str], data: JSONBody[LocationBody], door: NamedDependency[SkipValidation[Door]]
) -> CommandAnswer:
    """Add an estimate of the caller's place. Refusals: intake.call_not_found (404), intake.point_invalid (422)."""
    command = c.LocateCall(call_id=CallId(call_id), source=data.source, point=data.point, accuracy_m=data.accuracy_m)
    return await door.act("report_call", command, about=call_id)


@post("/v1/calls/{call_id:str}/call-back", status_code=200)
async def try_call_back(
    call_id: FromPath[str], data: JSONBody[CallBackBody], door: NamedDependency[SkipValidation[Door]]
) -> CommandAnswer:
    """
    Say how calling back went; who is reached goes on as an answered call of whoever reached them.

    Refusals: intake.call_not_found (404), intake.no_call_back_due, intake.call_back_taken (409).
    """
    command = c.TryCallBack(call_id=CallId(call_id), result=CallBackResult(data.result), note=data.note)
    return await door.act("take_call", command, about=call_id)


@post("/v1/calls/{call_id:str}/call-back/claim", status_code=200)
async def claim_call_back(
    call_id: FromPath[str], data: JSONBody[ClaimBody], door: NamedDependency[SkipValidation[Door]]
) -> CommandAnswer:
    """
    Take it on to call back, or leave it to others; taken, it is one call-taker's for three minutes.

    Refusals: intake.call_not_found (404), intake.no_call_back_due, intake.call_back_taken (409).
    """
    kind = c.TakeCallBack if data.on else c.LeaveCallBack
    return await door.act("take_call", kind(call_id=CallId(call_id)), about=call_id)


@post("/v1/calls/{call_id:str}/texts", status_code=200)
async def send_text(
    call_id: FromPath[str], data: JSONBody[TextBody], door: NamedDependency[SkipValidation[Door]]
) -> CommandAnswer:
    """
    Write to the caller by the way they wrote to us.

    Refusals: intake.call_not_found (404), intake.text_empty, intake.text_too_long (422).
    """
    return await door.act("take_call", c.SendText(call_id=CallId(call_id), text=data.text), about=call_id)


@post("/v1/calls/{call_id:str}/texts-agreed", status_code=200)
async def agree_to_texts(
    call_id: FromPath[str], data: JSONBody[AgreedBody], door: NamedDependency[SkipValidation[Door]]
) -> CommandAnswer:
    """Record whether the caller agreed to be written to. Refusals: intake.call_not_found (404)."""
    return await door.act("take_call", c.AgreeToTexts(call_id=CallId(call_id), agreed=data.agreed), about=call_id)


@post("/v1/calls/texts", status_code=200)
async def text_callers(data: JSONBody[TextsBody], door: NamedDependency[SkipValidation[Door]]) -> CommandAnswer:
    """
    Send one message to several callers of a province; those who did not agree to be written to are passed over.

    Refusals: intake.call_not_found (404), intake.nobody_to_text (409); intake.text_empty, intake.text_too_long,
    intake.too_many_calls (422).
    """
    calls = tuple(map(CallId, data.calls))
    return await door.act("take_call", c.TextCallers(call_id=calls[0], calls=calls, text=data.text), about=calls[0])


@post("/v1/calls/call-backs", status_code=200)
async def ask_call_backs(data: JSONBody[CallsBody], door: NamedDependency[SkipValidation[Door]]) -> CommandAnswer:
    """
    Put several callers on the list of those to call back; there is no limit and no alarm for these.

    Refusals: intake.call_not_found (404), intake.too_many_calls (422).
    """
    calls = tuple(map(CallId, data.calls))
    return await door.act("take_call", c.AskCallBacks(call_id=calls[0], calls=calls), about=calls[0])


@post("/v1/calls/{call_id:str}/draft", status_code=200)
async def describe_call(
    call_id: FromPath[str], data: JSONBody[DraftBody], door: NamedDependency[SkipValidation[Door]]
) -> CommandAnswer:
    """Save what is known; a kind and a place pre-alert the best unit. Refusals: as for the classification."""
    command = c.DescribeCall(
        call_id=CallId(call_id),
        kind=data.kind,
        priority=data.priority,
        point=data.point,
        place=data.place,
        narrative=data.narrative,
        hazards=data.hazards,
        guessed=data.guessed,
        answers=data.answers,
    )
    return await door.act("classify", command, about=call_id)


@post("/v1/calls/{call_id:str}/caller", status_code=200)
async def set_caller(
    call_id: FromPath[str], data: JSONBody[CallerBody], door: NamedDependency[SkipValidation[Door]]
) -> CommandAnswer:
    """
    Set the caller's name and call-back number, learnt while they speak; written down in the audit log.

    Refusals: intake.text_too_long (422), intake.call_not_found (404), intake.call_is_over (409).
    """
    command = c.SetCaller(call_id=CallId(call_id), name=data.name, callback=data.callback)
    return await door.act("take_call", command, about=call_id, personal="caller")


@post("/v1/calls/{call_id:str}/classification", status_code=200)
async def classify_call(
    call_id: FromPath[str], data: JSONBody[ClassificationBody], door: NamedDependency[SkipValidation[Door]]
) -> CommandAnswer:
    """
    Make it an incident; units are sought at once.

    Refusals: dispatch.kind_unknown, dispatch.place_outside_region, dispatch.place_swapped, dispatch.priority_unknown
    (422), intake.call_not_found (404), intake.call_is_over (409).
    """
    command = c.ClassifyCall(
        call_id=CallId(call_id),
        kind=data.kind,
        point=data.point,
        priority=data.priority,
        place=data.place,
        narrative=data.narrative,
        hazards=data.hazards,
        guessed=data.guessed,
        answers=data.answers,
    )
    return await door.act("classify", command, about=call_id)


@post("/v1/calls/{call_id:str}/link", status_code=200)
async def link_call(
    call_id: FromPath[str], data: JSONBody[LinkBody], door: NamedDependency[SkipValidation[Door]]
) -> CommandAnswer:
    """Link a call to an incident that is known, or unlink it. Refusals: dispatch.incident_not_found (404)."""
    command: c.Command
    if data.incident is None:
        command = c.UnlinkCall(call_id=CallId(call_id))
    else:
        command = c.LinkCall(call_id=CallId(call_id), incident_id=IncidentId(data.incident))
    return await door.act("take_call", command, about=call_id)


@post("/v1/calls/{call_id:str}/close", status_code=200)
async def close_call(
    call_id: FromPath[str], data: JSONBody[CloseCallBody], door: NamedDependency[SkipValidation[Door]]
) -> CommandAnswer:
    """Close a call that makes no incident. Refusals: intake.call_not_found (404), intake.call_is_over (409)."""
    command = c.CloseCall(call_id=CallId(call_id), outcome=data.outcome, narrative=data.narrative)
    return await door.act("take_call", command, about=call_id)


ROUTES: tuple[BaseRouteHandler, ...] = (
    present_call,
    answer_call,
    locate_call,
    try_call_back,
    claim_call_back,
    send_text,
    agree_to_texts,
    text_callers,
    ask_call_backs,
    describe_call,
    set_caller,
    classify_call,
    link_call,
    close_call,
)
