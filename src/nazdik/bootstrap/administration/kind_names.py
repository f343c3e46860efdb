"""What a province's kinds are called, and were called when an incident began: an old incident keeps its kind's name."""

from collections.abc import Mapping
from dataclasses import dataclass

from nazdik.administration.model import Setting, Settings
from nazdik.bootstrap.administration.incident_kinds import NAME, NATION, SHIPPED, Names, former_names, kinds_in_force
from nazdik.kernel import Instant
from nazdik.published.kinds import Kind


@dataclass(frozen=True, slots=True)
class KindNames:
    """The kinds in force and retired, and what those that were renamed were called before, until when."""

    kinds: Mapping[str, Kind]
    former: Mapping[str, tuple[tuple[Instant, Names], ...]]

    def of(self, code: str | None, at: Instant | None = None) -> Names:
        """Return what a kind was called at an instant, without one what it is called now; a code nobody knows as it is."""
        if at is not None:
            for until, names in self.former.get(code or "", ()):
                if at < until:
                    return names
        kind = self.kinds.get(code or "")
        return (kind.name_fa, kind.name_en) if kind is not None else (code or "", code or "")


SHIPPED_NAMES = KindNames(SHIPPED, {})
# The newest of each province: read at every print and search, changed a few times a year.
_kept: dict[str, tuple[tuple[Setting, Setting], KindNames]] = {}


def kind_names(settings: Settings) -> KindNames:
    """Return the names of a province's kinds."""
    province = str(settings.province)
    own, nations = settings.setting(NAME, province), settings.setting(NAME, NATION)
    if not own.changes and not nations.changes:
        return SHIPPED_NAMES
    known = _kept.get(province)
    # One without changes is made anew each time it is asked for.
    if known is None or not all(a is b or a == b for a, b in zip(known[0], (own, nations), strict=True)):
        names = KindNames(kinds_in_force(settings), former_names(settings))
        known = _kept[province] = ((own, nations), names)
    return known[1]
