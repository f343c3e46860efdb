"""`decide`: what a command causes about addresses. Pure: the instant and the actor come in with the context."""

from nazdik.geo.addresses import commands as c
from nazdik.geo.addresses import errors
from nazdik.geo.addresses import events as e
from nazdik.geo.addresses.model import Addresses
from nazdik.geo.words import words_of
from nazdik.kernel import Context, distance_m

TEXT_MIN, TEXT_MAX, NOTE_MAX = 2, 120, 300
ALIASES_MAX = 5_000
# The same name closer than this is the same place.
SAME_PLACE_M = 200.0


def decide(addresses: Addresses, command: c.Command, ctx: Context) -> tuple[e.AnyEvent, ...]:
    """Return the events `command` causes, or raise a `Rejected`."""
    match command:
        case c.AddAlias():
            return _add(addresses, command, ctx)
        case c.RemoveAlias(alias_id=alias_id):
            if alias_id not in addresses.aliases:
                raise errors.AliasNotFound(alias_id=alias_id[:120])
            return (e.AliasRemoved(at=ctx.at, alias_id=alias_id, by=ctx.actor.id),)
        case c.FlagAddress():
            return _flag(addresses, command, ctx)
        case c.SettleAddress():
            return _settle(addresses, command, ctx)
        case _:
            raise AssertionError(f"no rule for {type(command).__name__}")


def _add(addresses: Addresses, command: c.AddAlias, ctx: Context) -> tuple[e.AnyEvent, ...]:
    if command.alias_id in addresses.aliases:
        return ()
    text = " ".join(command.text.split())
    words = words_of(text)
    if not TEXT_MIN <= len(text) <= TEXT_MAX or not words or len(command.note) > NOTE_MAX:
        raise errors.AliasInvalid(least=TEXT_MIN, most=TEXT_MAX)
    for other in addresses.aliases.values():
        if words_of(other.text) == words and distance_m(other.point, command.point) < SAME_PLACE_M:
            raise errors.AliasExists(alias_id=other.id)
    if len(addresses.aliases) >= ALIASES_MAX:
        raise errors.AliasesTooMany(most=ALIASES_MAX)
    return (
        e.AliasAdded(
            at=ctx.at,
            alias_id=command.alias_id,
            text=text,
            point=command.point,
            label_fa=command.label_fa,
            label_en=command.label_en,
            office=command.office,
            note=command.note,
            by=ctx.actor.id,
        ),
    )


def _flag(addresses: Addresses, command: c.FlagAddress, ctx: Context) -> tuple[e.AnyEvent, ...]:
    before = addresses.flags.get(command.incident_id)
    if before is not None and (before.text, before.point) == (command.text, command.point):
        return ()
    return (
        e.AddressFlagged(
            at=ctx.at,
            incident_id=command.incident_id,
            text=command.text[:TEXT_MAX],
            point=command.point,
            office=command.office,
            doubt=command.doubt,
        ),
    )


def _settle(addresses: Addresses, command: c.SettleAddress, ctx: Context) -> tuple[e.AnyEvent, ...]:
    flag = addresses.flags.get(command.incident_id)
    if flag is None:
        raise errors.FlagNotFound(incident_id=command.incident_id[:120])
    if flag.outcome is not None:
        raise errors.FlagSettled(incident_id=command.incident_id, outcome=flag.outcome)
    alias = _add(addresses, command.alias, ctx) if command.alias is not None else ()
    settled = e.AddressSettled(
        at=ctx.at,
        incident_id=command.incident_id,
        outcome=command.outcome,
        by=ctx.actor.id,
        alias_id=command.alias.alias_id if command.alias is not None else None,
    )
    return (*alias, settled)
