"""`evolve`: apply one recorded fact about warnings. It never refuses: history is not up for debate."""

from msgspec.structs import replace

from nazdik.interchange.warnings import events as e
from nazdik.interchange.warnings.model import Kind, PublicWarning, State, Warnings

# So many that are out, or were, are kept at hand; older ones are read from the log.
PUBLISHED_KEPT = 200


def evolve(warnings: Warnings, event: e.Event) -> Warnings:
    """Return the warnings after `event`."""
    match event:
        case e.WarningDrafted():
            draft = PublicWarning(
                id=event.warning_id,
                office=event.office,
                kind=event.message,
                state=State.DRAFT,
                version=1,
                content=event.content,
                authors=(event.by,),
                drafted_at=event.at,
                replaces=event.replaces,
            )
            return replace(warnings, items=warnings.items.set(draft.id, draft))
        case e.WarningRevised():
            draft = warnings.items[event.warning_id]
            authors = tuple(dict.fromkeys((*draft.authors, event.by)))
            draft = replace(
                draft, office=event.office, content=event.content, authors=authors, version=draft.version + 1
            )
            return replace(warnings, items=warnings.items.set(draft.id, draft))
        case e.WarningDiscarded():
            return replace(warnings, items=warnings.items.delete(event.warning_id))
        case e.WarningPublished():
            return _published(warnings, event)
        case _:
            raise AssertionError(f"no rule for {type(event).__name__}")


def _published(warnings: Warnings, event: e.WarningPublished) -> Warnings:
    out = replace(
        warnings.items[event.warning_id],
        state=State.PUBLISHED,
        published_at=event.at,
        published_by=event.by,
        sender=event.sender,
        sent=event.sent,
        xml=event.xml,
    )
    items = warnings.items.set(out.id, out)
    old = items.get(event.replaces) if event.replaces is not None else None
    if old is not None:
        state = State.CANCELLED if event.message is Kind.CANCEL else State.UPDATED
        items = items.set(old.id, replace(old, state=state, over_by=out.id))
    published = (*warnings.published, out.id)
    for gone in published[:-PUBLISHED_KEPT]:
        items = items.delete(gone)
    return replace(warnings, items=items, published=published[-PUBLISHED_KEPT:])
