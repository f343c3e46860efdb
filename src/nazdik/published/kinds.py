"""The catalogue of incident kinds: code, names, usual priority, what it needs, and the standard code it travels with."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Need:
    """So many units with one skill; `skill` is a word of `sight.SKILLS`."""

    skill: str
    units: int = 1


@dataclass(frozen=True, slots=True)
class Kind:
    """
    A kind of incident. `code` is ours (local), `common` is the APCO-style common code that travels with it (EIDO).

    `minutes_on_scene` is the expected service time, used by timers' defaults and by the simulator. `also` are words of other
    systems for the same, understood on the way in; `cap` is its category in CAP. `words` speak for it beside the dictionary. A
    retired kind is no incident's from now on; those that have it keep it.
    """

    code: str
    common: str
    name_fa: str
    name_en: str
    priority: int
    needs: tuple[Need, ...] = (Need("patrol"),)
    minutes_on_scene: float = 30.0
    radius_m: float = 100.0
    also: tuple[str, ...] = ()
    cap: str = "Other"
    words: tuple[str, ...] = ()
    retired: bool = False
