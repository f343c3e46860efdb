"""Which words of a province's log are people's own, and can be erased by rule; and its log, with the keys that open them."""

from pathlib import Path
from typing import TYPE_CHECKING

from nazdik.bootstrap.province_state import ProvinceState
from nazdik.dispatch import events as d
from nazdik.geo.addresses import events as a
from nazdik.intake import events as i
from nazdik.kernel import ProvinceId
from nazdik.platform.eventlog.entry import EventLog
from nazdik.platform.eventlog.word_keys import KeyFiles
from nazdik.platform.eventlog.words import SealedLog

if TYPE_CHECKING:
    from nazdik.platform.eventlog.postgres.word_keys import WordKeyTable

FOLDER = "words"
# Times, kinds, places on the map, codes and who of the force acted stay: reckoning needs them, and so does whoever inspects.
_FIELDS: dict[type, tuple[str, ...]] = {
    i.CallPresented: ("number", "name", "narrative", "data"),
    i.CallLocated: ("civic",),
    i.CallDescribed: ("place", "narrative"),
    i.CallDangerTold: ("hazards",),
    i.CallerLearnt: ("name", "callback"),
    i.CallClassified: ("place", "narrative", "hazards"),
    i.CallClosed: ("narrative",),
    i.CallBackTried: ("note",),
    i.TextHeard: ("text",),
    i.TextSent: ("text",),
    i.KindGuessed: ("words",),
    i.TransferAsked: ("note",),
    i.CallReceived: ("note", "place", "texts"),
    d.DraftUpdated: ("place",),
    d.IncidentClassified: ("place", "narrative", "hazards"),
    d.LateIncidentEntered: ("place", "narrative"),
    d.PlaceChanged: ("place",),
    d.NoteAdded: ("text",),
    d.IncidentHeld: ("words",),
    d.DeskHandedOver: ("note",),
    d.CordonSent: ("vehicle",),
    d.ReportFiled: ("text",),
    d.MessageSent: ("text",),
    a.AddressFlagged: ("text",),
}
PERSONAL = {str(event.__struct_config__.tag): fields for event, fields in _FIELDS.items()}  # type: ignore[attr-defined]


def keys_of(data: Path, province: ProvinceId | str) -> KeyFiles:
    """Return the keys of a province's words in a data folder."""
    return KeyFiles(data / FOLDER / str(province))


def with_words(log: EventLog, data: Path, province: ProvinceId | str, table: "WordKeyTable | None" = None) -> SealedLog:
    """
    Return a province's log with its words, sealed and opened with the keys in a data folder.

    Args:
        table: By which nodes that share the log give keys to one another.
    """
    if table is None:
        return SealedLog(log, keys_of(data, province), PERSONAL)
    # Whoever keeps everything in files does not load what speaks to PostgreSQL.
    from nazdik.platform.eventlog.postgres.word_keys import SharedKeyFiles  # noqa: PLC0415

    return SealedLog(log, SharedKeyFiles(data / FOLDER / str(province), table, str(province)), PERSONAL)


def live_subjects(state: ProvinceState) -> frozenset[str]:
    """Return whatever a state still has words of: those are not erased before it is over."""
    world = state.world
    return frozenset(
        {
            *map(str, world.incidents),
            # Calls leave the memory a day after they ended; whoever works on the incident reads them in the log.
            *(str(call) for incident in world.incidents.values() for call in incident.calls),
            *(str(joined) for incident in world.incidents.values() for joined in incident.joined),
            *map(str, state.calls),
            *map(str, state.addresses.flags),
            *(str(m.incident_id or m.from_unit or m.to[0].unit_id) for m in world.messages.values()),
            *(str(given.office) for given in world.hand_overs.values()),
        }
    )
