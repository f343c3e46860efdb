"""`decide`: what a command causes in settings. Pure: the instant, the actor and the value in force come in."""

from nazdik.administration import commands as c
from nazdik.administration import errors
from nazdik.administration import events as e
from nazdik.administration.model import Draft, Setting, Settings, Value
from nazdik.kernel import Context, rfc3339

WHY_MAX = 300


def decide(
    settings: Settings, command: c.Command, ctx: Context, *, in_force: Value | None, second_person: bool
) -> tuple[e.AnyEvent, ...]:
    """
    Return the events `command` causes, or raise a `Rejected`.

    Args:
        in_force: The value that the setting has now, whoever gave it.
        second_person: Whether whoever drafted this kind of setting may not publish it.
    """
    setting = settings.setting(command.kind, command.subject)
    match command:
        case c.SaveDraft(value=value, why=why):
            _check_why(why)
            if value == in_force:
                raise errors.NothingChanged(kind=setting.kind, subject=setting.subject)
            draft = setting.draft
            if draft is not None and (draft.value, draft.why, draft.by) == (value, why, ctx.actor.id):
                return ()
            _check_seen(setting, command)
            return (
                e.DraftSaved(
                    at=ctx.at,
                    kind=setting.kind,
                    subject=setting.subject,
                    by=ctx.actor.id,
                    revision=setting.revisions + 1,
                    value=value,
                    why=why,
                ),
            )
        case c.DropDraft():
            if setting.draft is None:
                raise errors.NoDraft(kind=setting.kind, subject=setting.subject)
            return (e.DraftDropped(at=ctx.at, kind=setting.kind, subject=setting.subject, by=ctx.actor.id),)
        case c.PublishDraft():
            return (_published(setting, command, ctx, in_force, second_person=second_person),)
        case c.Adopt(value=value, drafted_by=drafted_by, why=why):
            # A list may say of somebody what is so already; that is no reason to refuse the others.
            return (
                () if value == in_force else (_change(setting, ctx, value, in_force, drafted_by=drafted_by, why=why),)
            )
        case c.RollBack(to=to, why=why):
            _check_why(why)
            change = setting.find_change(to)
            if change is None:
                raise errors.ChangeNotFound(kind=setting.kind, subject=setting.subject, change=to)
            if change.value == in_force:
                raise errors.NothingChanged(kind=setting.kind, subject=setting.subject)
            # Two people agreed to that value when it came: going back to it is one person's, and at once.
            return (_change(setting, ctx, change.value, in_force, drafted_by=ctx.actor.id, why=why, restores=to),)
        case _:
            raise AssertionError(f"no rule for {type(command).__name__}")


def _check_seen(setting: Setting, command: c.SaveDraft) -> None:
    """Return when there is no draft and no change that the writer has not seen; a draft that is gone is none."""
    draft = setting.draft
    if command.revision is not None and draft is not None and draft.revision != command.revision:
        raise _changed(setting, draft)
    if command.over is not None and setting.last != command.over:
        raise _changed(setting, None)


def _changed(setting: Setting, draft: Draft | None) -> errors.DraftChanged:
    """Return the refusal that names who was faster: whoever drafted, or else whoever published last."""
    published = setting.find_change(setting.last)
    newest = draft or published
    who = {} if newest is None or newest.at is None else {"by": newest.by, "changed_at": rfc3339(newest.at)}
    revision = 0 if setting.draft is None else setting.draft.revision
    return errors.DraftChanged(revision=revision, over=setting.last, **who)


def _published(
    setting: Setting, command: c.PublishDraft, ctx: Context, in_force: Value | None, *, second_person: bool
) -> e.ChangePublished:
    draft = setting.draft
    if draft is None:
        raise errors.NoDraft(kind=setting.kind, subject=setting.subject)
    if (draft.revision, setting.last) != (command.revision, command.over):
        raise _changed(setting, draft if draft.revision != command.revision else None)
    if second_person and draft.by == ctx.actor.id:
        raise errors.SecondPersonNeeded(kind=setting.kind, subject=setting.subject)
    if draft.value == in_force:
        raise errors.NothingChanged(kind=setting.kind, subject=setting.subject)
    return _change(setting, ctx, draft.value, in_force, drafted_by=draft.by, why=draft.why)


def _change(
    setting: Setting,
    ctx: Context,
    value: Value | None,
    former: Value | None,
    *,
    drafted_by: str,
    why: str,
    restores: int | None = None,
) -> e.ChangePublished:
    return e.ChangePublished(
        at=ctx.at,
        kind=setting.kind,
        subject=setting.subject,
        by=ctx.actor.id,
        number=setting.last + 1,
        value=value,
        former=former,
        drafted_by=drafted_by,
        why=why,
        restores=restores,
    )


def _check_why(why: str) -> None:
    if not 0 < len(why.strip()) <= WHY_MAX:
        raise errors.WhyMissing(most=WHY_MAX)
