"""
Our kinds beside the words that other systems use for them: the one table, read by whatever speaks to the outside.

`common` travels in `incidentTypeCommonRegistryText` of an EIDO, in the style of APCO 2.103.2; that standard is sold and was not
read, so the words are ours until somebody holds them against it. `also` are words that others may use for the same: understood on
the way in, never sent. `cap` is the category of CAP 1.2 for warnings about such a thing.
"""

from dataclasses import dataclass
from types import MappingProxyType


@dataclass(frozen=True, slots=True)
class KindCodes:
    """One kind and its words outside."""

    kind: str
    common: str
    cap: str
    also: tuple[str, ...] = ()


CODES: tuple[KindCodes, ...] = (
    KindCodes("officer_emergency", "OFFICER", "Security"),
    KindCodes("armed_robbery", "ROBBERY", "Security", ("ARMEDROBBERY", "HOLDUP")),
    KindCodes("shooting", "SHOTSFIRED", "Security", ("SHOOTING", "SHOTS")),
    KindCodes("kidnapping", "KIDNAP", "Security", ("KIDNAPPING", "ABDUCTION")),
    KindCodes("crash_injury", "ACCIDENTINJURY", "Transport", ("MVAINJURY", "TRAFFICACCIDENTINJURY", "COLLISIONINJURY")),
    KindCodes("fight_weapon", "ASSAULTWEAPON", "Security", ("STABBING",)),
    KindCodes("burglary_now", "BURGLARY", "Security", ("BURGLARYINPROGRESS", "BREAKIN")),
    KindCodes("domestic_violence", "DOMESTIC", "Security", ("DOMESTICVIOLENCE", "DOMESTICDISTURBANCE")),
    KindCodes("fight", "FIGHT", "Security", ("ASSAULT",)),
    KindCodes("missing_child", "MISSINGPERSON", "Security", ("MISSINGCHILD", "MISSING")),
    KindCodes("theft_now", "THEFT", "Security", ("THEFTINPROGRESS", "LARCENY")),
    KindCodes("car_theft", "VEHICLETHEFT", "Security", ("STOLENVEHICLE", "AUTOTHEFT")),
    KindCodes("fire_help", "FIREASSIST", "Fire", ("FIRE", "STRUCTUREFIRE")),
    KindCodes("crash_damage", "ACCIDENT", "Transport", ("MVA", "TRAFFICACCIDENT", "COLLISION")),
    KindCodes("traffic_blocked", "TRAFFICHAZARD", "Transport", ("ROADBLOCKED",)),
    KindCodes("traffic_offence", "TRAFFIC", "Transport"),
    KindCodes("nuisance", "DISTURBANCE", "Security", ("HARASSMENT",)),
    KindCodes("noise", "NOISE", "Safety", ("NOISECOMPLAINT",)),
    KindCodes("drugs", "NARCOTICS", "Security", ("DRUGS",)),
    KindCodes("suspicious", "SUSPICIOUS", "Security", ("SUSPICIOUSPERSON", "SUSPICIOUSVEHICLE")),
    KindCodes("theft_past", "THEFTREPORT", "Security"),
    KindCodes("fraud", "FRAUD", "Security"),
    KindCodes("cyber", "CYBERCRIME", "Infra"),
    KindCodes("animal", "ANIMAL", "Safety", ("ANIMALCOMPLAINT",)),
    KindCodes("found_property", "PROPERTYFOUND", "Other"),
    KindCodes("welfare_check", "WELFARECHECK", "Health", ("WELFARE", "WELLBEINGCHECK")),
    KindCodes("crowd", "CROWD", "Safety", ("CROWDCONTROL",)),
    KindCodes("flood_help", "RESCUEASSIST", "Rescue", ("FLOOD", "WATERRESCUE")),
    KindCodes("other", "OTHER", "Other"),
)
OF_KIND = MappingProxyType({codes.kind: codes for codes in CODES})
_BY_WORD = MappingProxyType({word: codes.kind for codes in CODES for word in (codes.common, *codes.also)})


def kind_of_common(word: str) -> str | None:
    """Return our kind for a common word of another system, however it is spaced and cased; None when we know none."""
    return _BY_WORD.get("".join(letter for letter in word.upper() if letter.isalnum()))
