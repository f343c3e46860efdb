"""`evolve`: apply one recorded fact about addresses. It never refuses: history is not up for debate."""

from msgspec.structs import replace

from nazdik.geo.addresses import events as e
from nazdik.geo.addresses.model import Addresses, Alias, Flag

# So many that are settled are kept for the list; the facts themselves stay in the log.
SETTLED_KEPT = 200


def evolve(addresses: Addresses, event: e.Event) -> Addresses:
    """Return the addresses after `event`."""
    match event:
        case e.AliasAdded():
            alias = Alias(
                id=event.alias_id,
                text=event.text,
                point=event.point,
                label_fa=event.label_fa,
                label_en=event.label_en,
                office=event.office,
                added_at=event.at,
                added_by=event.by,
                note=event.note,
            )
            return replace(addresses, aliases=addresses.aliases.set(alias.id, alias))
        case e.AliasRemoved(alias_id=alias_id):
            return replace(addresses, aliases=addresses.aliases.delete(alias_id))
        case e.AddressFlagged():
            flag = Flag(
                incident_id=event.incident_id,
                text=event.text,
                point=event.point,
                office=event.office,
                doubt=event.doubt,
                at=event.at,
            )
            settled = tuple(other for other in addresses.settled if other != event.incident_id)
            return replace(addresses, flags=addresses.flags.set(event.incident_id, flag), settled=settled)
        case e.AddressSettled():
            return _settled(addresses, event)
        case _:
            raise AssertionError(f"no rule for {type(event).__name__}")


def _settled(addresses: Addresses, event: e.AddressSettled) -> Addresses:
    flag = replace(
        addresses.flags[event.incident_id],
        outcome=event.outcome,
        settled_at=event.at,
        settled_by=event.by,
        alias_id=event.alias_id,
    )
    flags, settled = addresses.flags.set(event.incident_id, flag), (*addresses.settled, event.incident_id)
    for old in settled[:-SETTLED_KEPT]:
        flags = flags.delete(old)
    return replace(addresses, flags=flags, settled=settled[-SETTLED_KEPT:])
