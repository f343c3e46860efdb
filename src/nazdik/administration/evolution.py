"""`evolve`: apply one recorded fact about settings. It never refuses: history is not up for debate."""

from msgspec.structs import replace

from nazdik.administration import events as e
from nazdik.administration.model import Change, Draft, Setting, Settings

# So many changes of a setting can be gone back to, and what stood before the first; the log holds all of them.
CHANGES_KEPT = 50


def evolve(settings: Settings, event: e.Event) -> Settings:
    """Return the settings after `event`."""
    after = _changed(settings.setting(event.kind, event.subject), event)
    return replace(settings, items=settings.items.set((event.kind, event.subject), after))


def _changed(setting: Setting, event: e.Event) -> Setting:
    match event:
        case e.DraftSaved():
            draft = Draft(event.revision, event.value, event.by, event.at, event.why)
            return replace(setting, draft=draft, revisions=event.revision)
        case e.DraftDropped():
            return replace(setting, draft=None)
        case e.ChangePublished():
            before = setting.changes or (Change(0, event.former, None),)
            change = Change(
                number=event.number,
                value=event.value,
                at=event.at,
                by=event.by,
                drafted_by=event.drafted_by,
                why=event.why,
                restores=event.restores,
            )
            kept = (before[0], *(*before[1:], change)[-CHANGES_KEPT:])
            # A draft that was read beside the former value has to be read again; going back leaves it where it is.
            left = setting.draft if event.restores is not None else None
            return replace(setting, changes=kept, last=event.number, draft=left)
        case _:
            raise AssertionError(f"no rule for {type(event).__name__}")
