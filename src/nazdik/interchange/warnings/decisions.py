"""`decide`: what a command causes about warnings. Pure: the instant and the actor come in with the context."""

from msgspec.structs import replace

from nazdik.interchange.warnings import commands as c
from nazdik.interchange.warnings import errors
from nazdik.interchange.warnings import events as e
from nazdik.interchange.warnings.cap import cap_of, cap_time
from nazdik.interchange.warnings.cap_check import faults_of as faults_of_cap
from nazdik.interchange.warnings.content import TEXT_MAX, faults_of
from nazdik.interchange.warnings.model import (
    Content,
    Kind,
    PublicWarning,
    Response,
    State,
    Urgency,
    WarningId,
    Warnings,
    Words,
)
from nazdik.kernel import Context, Instant

DRAFTS_MAX = 50
# A message names those that it takes the place of; a line of updates longer than this names the newest of them.
REFERENCES_MAX = 20


def decide(warnings: Warnings, command: c.Command, ctx: Context) -> tuple[e.AnyEvent, ...]:
    """Return the events `command` causes, or raise a `Rejected`."""
    match command:
        case c.DraftWarning(warning_id=own, updates=before):
            kind = Kind.ALERT if before is None else Kind.UPDATE
            return _drafted(warnings, own, kind, before, command.content, ctx, command)
        case c.DraftCancel(warning_id=own, cancels=before):
            content = _cancelling(_in_force(warnings, before, ctx.at).content, command)
            return _drafted(warnings, own, Kind.CANCEL, before, content, ctx, command)
        case c.ReviseWarning():
            draft = _draft(warnings, command.warning_id, command.version)
            _check(command.content, draft.kind, ctx.at)
            return (
                e.WarningRevised(
                    at=ctx.at,
                    warning_id=draft.id,
                    by=ctx.actor.id,
                    office=command.office,
                    content=command.content,
                ),
            )
        case c.DiscardWarning():
            draft = _draft(warnings, command.warning_id, None)
            return (e.WarningDiscarded(at=ctx.at, warning_id=draft.id, by=ctx.actor.id),)
        case c.PublishWarning():
            return _published(warnings, command, ctx)
        case _:
            raise AssertionError(f"no rule for {type(command).__name__}")


def _drafted(
    warnings: Warnings,
    own: WarningId,
    kind: Kind,
    before: WarningId | None,
    content: Content,
    ctx: Context,
    command: c.Command,
) -> tuple[e.AnyEvent, ...]:
    if own in warnings.items:
        return ()
    old = _in_force(warnings, before, ctx.at) if before is not None else None
    if sum(one.state is State.DRAFT for one in warnings.items.values()) >= DRAFTS_MAX:
        raise errors.WarningsTooMany(most=DRAFTS_MAX)
    _check(content, kind, ctx.at)
    office = command.office if isinstance(command, c.DraftWarning) else old.office if old is not None else None
    assert office is not None
    return (
        e.WarningDrafted(
            at=ctx.at,
            warning_id=own,
            by=ctx.actor.id,
            office=office,
            message=kind,
            content=content,
            replaces=before,
        ),
    )


def _published(warnings: Warnings, command: c.PublishWarning, ctx: Context) -> tuple[e.AnyEvent, ...]:
    draft = _draft(warnings, command.warning_id, command.version)
    if ctx.actor.id in draft.authors:
        raise errors.SecondPersonNeeded(authors=list(draft.authors))
    if draft.replaces is not None:
        _in_force(warnings, draft.replaces, ctx.at)
    _check(draft.content, draft.kind, ctx.at)
    references = tuple(one.name for one in warnings.line_of(draft.replaces))[-REFERENCES_MAX:]
    sent = cap_time(ctx.at, command.offset_min)
    xml = cap_of(draft, sender=command.sender, sent=sent, references=references, offset_min=command.offset_min)
    faults = faults_of_cap(xml.encode())
    assert not faults, f"we would publish what is no CAP: {faults}"
    return (
        e.WarningPublished(
            at=ctx.at,
            warning_id=draft.id,
            by=ctx.actor.id,
            message=draft.kind,
            sender=command.sender,
            sent=sent,
            xml=xml,
            replaces=draft.replaces,
        ),
    )


def _draft(warnings: Warnings, warning_id: WarningId, version: int | None) -> PublicWarning:
    draft = warnings.items.get(warning_id)
    if draft is None:
        raise errors.WarningNotFound(warning_id=warning_id[:120])
    if draft.state is not State.DRAFT:
        raise errors.WarningIsOut(warning_id=warning_id, state=draft.state)
    if version is not None and version != draft.version:
        raise errors.WarningChanged(warning_id=warning_id, version=draft.version)
    return draft


def _in_force(warnings: Warnings, warning_id: WarningId, at: Instant) -> PublicWarning:
    warning = warnings.items.get(warning_id)
    if warning is None:
        raise errors.WarningNotFound(warning_id=warning_id[:120])
    if warning.state is not State.PUBLISHED or warning.kind is Kind.CANCEL or warning.content.expires_at <= at:
        raise errors.WarningIsOver(warning_id=warning_id, state=warning.state, by=warning.over_by)
    return warning


def _check(content: Content, kind: Kind, at: Instant) -> None:
    faults = faults_of(content, kind, at)
    if faults:
        raise errors.WarningInvalid(fields=[{"field": part, "what": what} for part, what in faults])


def _cancelling(content: Content, command: c.DraftCancel) -> Content:
    """A cancellation says what is over, where, and why; for those who saw the warning."""
    reasons = (("reason_fa", command.reason_fa), ("reason_en", command.reason_en))
    wrong = [name for name, text in reasons if len(text) > TEXT_MAX] + ["reason_fa"] * (not command.reason_fa.strip())
    if wrong:
        raise errors.WarningInvalid(fields=[{"field": name, "what": "missing_or_too_long"} for name in wrong])
    return replace(
        content,
        urgency=Urgency.PAST,
        responses=(Response.ALL_CLEAR,),
        fa=_over(content.fa, "لغو شد: ", command.reason_fa),
        en=_over(content.en, "Cancelled: ", command.reason_en) if content.en is not None else None,
    )


def _over(words: Words, mark: str, reason: str) -> Words:
    headline = f"{mark}{words.headline.removeprefix(mark)}"[:160]
    return replace(words, headline=headline, description=reason, instruction="")
