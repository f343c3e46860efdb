"""
Is this call about something that is known already? Proposed with reasons, decided by people.

Each open incident is rated by how far, how long ago, how like in kind and in words; the rating is a plain product that a person
can check, and the reasons are told beside it. A proposal never links anything, and an incident that fits in place and time but
not in kind (a robbery in the street of a crash) is told apart as such instead of being swallowed.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import exp, log

from nazdik.intake.shapes import apart_m
from nazdik.kernel import IncidentId, Instant, LonLat
from nazdik.kernel.instant import seconds_between
from nazdik.kernel.text import fold

# From here on a proposal is shown; the measured precision and recall of this and other thresholds stand in docs/same-event.md.
PROPOSED_FROM = 0.40
PROPOSALS_MAX = 3
# Two places told of one event differ by a block or two; how much they may before doubt begins, and how fast it grows.
NEAR_M, FADES_M = 60.0, 180.0
DOUBT_MAX_M = 1_500.0
LOOK_M = 2_500.0
# Calls about one event come within minutes of one another; it fades from the last of them, slower while units are at it.
FADES_S, LOOK_S = 1_500.0, 7_200.0
# Kinds that people mistake for one another when they see the same thing; the same word in two families joins both.
FAMILIES: tuple[frozenset[str], ...] = (
    frozenset({"crash_injury", "crash_damage", "traffic_blocked", "traffic_offence", "fire_help"}),
    frozenset({"fight", "fight_weapon", "shooting", "domestic_violence", "nuisance", "crowd", "officer_emergency"}),
    frozenset({"armed_robbery", "theft_now", "burglary_now", "car_theft", "theft_past", "suspicious"}),
    frozenset({"noise", "nuisance", "crowd", "fight"}),
    frozenset({"fire_help", "flood_help", "crash_injury"}),
    frozenset({"drugs", "suspicious"}),
    frozenset({"missing_child", "kidnapping", "welfare_check"}),
)
SAME_KIND, SAME_FAMILY, KIND_UNKNOWN, OTHER_KIND = 1.0, 0.7, 0.6, 0.12
# Half of a rating: most callers say at least one thing that another says; who says nothing gets a middling value.
WORDS_WEIGH = 0.5
SAME_NUMBER = 0.9
# Words that say nothing about which event it is; half-spaces fold to spaces, so endings stand alone.
_SAYS_NOTHING = """
    از به در با که و را این آن یک است هست شده اند ام ای می نمی ها های روی بالا پایین جلوی کنار
    the a an in on at is of and to with near
"""
_EMPTY = frozenset(_SAYS_NOTHING.split())


@dataclass(frozen=True, slots=True)
class Known:
    """An open incident: what is rated."""

    id: IncidentId
    kind: str | None
    point: LonLat
    last_at: Instant
    words: frozenset[str] = frozenset()
    numbers: frozenset[str] = frozenset()
    radius_m: float = 100.0


@dataclass(frozen=True, slots=True)
class Asked:
    """What a call tells so far."""

    at: Instant
    point: LonLat | None
    doubt_m: float = 0.0
    kind: str | None = None
    words: frozenset[str] = frozenset()
    number: str | None = None


@dataclass(frozen=True, slots=True)
class Proposal:
    """
    One incident a call may be about.

    Attributes:
        score: 0 to 1.
        apart_m, apart_s: Metres between the places and seconds since the incident's last call; None without a place.
        kind: `same`, `family`, `unknown` or `other`.
        words: Words that both say.
        same_number: The caller has called about it before.
        proposed: Whether it is offered as the same event; otherwise it is near and of another kind.
    """

    incident_id: IncidentId
    score: float
    apart_m: float | None
    apart_s: float
    kind: str
    words: tuple[str, ...]
    same_number: bool
    proposed: bool


def telling_words(text: str) -> frozenset[str]:
    """The words of a text that can tell one event from another."""
    return frozenset(word for word in fold(text).split() if len(word) > 1 and word not in _EMPTY)


def similar(asked: Asked, known: Iterable[Known]) -> tuple[Proposal, ...]:
    """Return the incidents a call may be about, the likeliest first, and those near that it is probably not about last."""
    rated = [proposal for incident in known if (proposal := _rate(asked, incident)) is not None]
    rated.sort(key=lambda p: (-p.score, p.incident_id))
    same = [p for p in rated if p.proposed][:PROPOSALS_MAX]
    other = [p for p in rated if not p.proposed][: PROPOSALS_MAX - len(same)]
    return (*same, *other)


def _rate(asked: Asked, incident: Known) -> Proposal | None:
    same_number = asked.number is not None and asked.number in incident.numbers
    apart_s = max(0.0, seconds_between(incident.last_at, asked.at))
    if apart_s > LOOK_S:
        return None
    apart = apart_m(asked.point, incident.point) if asked.point is not None else None
    if apart is None and not same_number:
        return None
    if apart is not None and apart > LOOK_M + asked.doubt_m:
        return None
    near = 1.0 if apart is None else _near(apart, asked.doubt_m, incident.radius_m)
    soon = exp(-apart_s / FADES_S)
    relation, kind = _kinds(asked.kind, incident.kind)
    shared = sorted(asked.words & incident.words)
    words = _words(len(shared), len(asked.words), len(incident.words))
    score = near * soon * kind * (1 - WORDS_WEIGH + WORDS_WEIGH * words)
    if same_number:
        score = max(score, SAME_NUMBER * soon * (kind if relation == "other" else 1.0))
    proposed = score >= PROPOSED_FROM
    if not proposed and not (relation == "other" and near * soon >= PROPOSED_FROM):
        return None
    return Proposal(
        incident_id=incident.id,
        score=round(score, 3),
        apart_m=None if apart is None else round(apart, 1),
        apart_s=round(apart_s, 1),
        kind=relation,
        words=tuple(shared[:8]),
        same_number=same_number,
        proposed=proposed,
    )


def _near(apart: float, doubt_m: float, radius_m: float) -> float:
    """1 within a block, half at about two, nothing far away; doubt of the place widens the block but lowers the top."""
    doubt = min(doubt_m, DOUBT_MAX_M)
    beyond = max(0.0, apart - NEAR_M - doubt / 2 - max(0.0, radius_m - 100.0))
    certainty = 1.0 / (1.0 + doubt / 1_000.0)
    return certainty * exp(-((beyond / FADES_M) ** 2) * log(2.0))


def related(one: str | None, other: str | None) -> str:
    """Return how two kinds are related: `same`, `family` (easily mistaken for one another), `unknown` or `other`."""
    return _kinds(one, other)[0]


def _kinds(one: str | None, other: str | None) -> tuple[str, float]:
    if one is None or other is None or "other" in (one, other):
        return "unknown", KIND_UNKNOWN
    if one == other:
        return "same", SAME_KIND
    if any(one in family and other in family for family in FAMILIES):
        return "family", SAME_FAMILY
    return "other", OTHER_KIND


def _words(shared: int, one: int, other: int) -> float:
    """How much of the shorter text the other says too; a middling value when one says nothing."""
    shorter = min(one, other)
    return min(1.0, 0.4 + 1.2 * shared / shorter) if shorter else 0.6


def together(texts: Sequence[str]) -> frozenset[str]:
    """The telling words of several texts."""
    return frozenset().union(*(telling_words(text) for text in texts))
