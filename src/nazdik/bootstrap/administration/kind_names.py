"""What a province's kinds are called, and were called when an incident began: an old incident keeps its kind's name."""

from collections.abc import Mapping
from dataclasses import dataclass

from nazdik.administration.model import Setting, Settings
from nazdik.bootstrap.administration.incident_kinds import NAME, SHIPPED, Names, former_names, kinds_in_force
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
_kept: dict[str, tuple[Setting, KindNames]] = {}


def kind_names(settings: Settings) -> KindNames:
    """Return the names of a province's kinds."""
    province = str(settings.province)
    setting = settings.setting(NAME, province)
    if not setting.changes:
        return SHIPPED_NAMES
    known = _kept.get(province)
    if known is None or known[0] is not setting:
        known = _kept[province] = (setting, KindNames(kinds_in_force(settings), former_names(settings)))
    return known[1]
