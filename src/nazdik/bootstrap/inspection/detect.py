"""
What in the audit log looks like curiosity: looking at the same person or crew again and again while there is no incident about
them, and looking when one's own desk is not even open. Pure: given the same looks it finds the same.

A finding is a question for an inspector, never a verdict: there may be good reasons that no log knows.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from hashlib import blake2b

from nazdik.kernel import Instant
from nazdik.kernel.instant import MICROSECONDS_PER_S

# Looks that go after one person, number, crew or place. What one's work brings up by itself (lists, the stream) is none.
AFTER_ONE = frozenset(
    {
        "trail", "past_calls", "past_callers", "search_calls", "search_words", "plate_found", "place_history", "call_history",
        "nuisance", "callers", "detail", "timeline",
    }
)  # fmt: skip
# Whose work it is to look: their own looks are seen by another inspector, not by this.
INSPECTORS = frozenset({"auditor"})
WITHIN_DAYS = 30
DAY_S = 86_400
# What follows so soon is the same look: a page asks for a call's history and its nuisance at once.
SAME_LOOK_S = 600
# So many looks at one, on so many days: the ex-partner pattern. Or so many in all.
LOOKS_MIN, DAYS_MIN = 3, 2
LOOKS_AT_ONCE_MIN = 6
# A desk's stream breaks and comes back; and work goes on for a moment after it was closed.
DESK_GRACE_S = 900
# An end that was never written (the power failed) is taken to be this long after the beginning.
DESK_MAX_S = 12 * 3_600


@dataclass(frozen=True, slots=True)
class Look:
    """
    One row: `actor` did `what` about `subject`.

    `whom` is who that is as far as anybody knows: a digest of a caller's number, a unit, a place. `working` says that what was
    looked at was under way: an open incident, a call on the line.
    """

    position: int
    at: Instant
    actor: str
    role: str
    what: str
    subject: str
    whom: str
    purpose: str = ""
    working: bool = False


@dataclass(frozen=True, slots=True)
class Finding:
    """Something an inspector should ask about. `subject` is the newest thing that was looked at."""

    id: str
    kind: str
    actor: str
    role: str
    subject: str
    looks: int
    days: int
    first_at: Instant
    last_at: Instant
    purposes: tuple[str, ...]


def find(
    looks: Iterable[Look], open_desks: Mapping[str, Sequence[tuple[Instant, Instant]]], now: Instant
) -> list[Finding]:
    """
    Return what stands out, the newest first.

    Args:
        looks: Rows in order.
        open_desks: For each person when their own screen was open, as `desks_of` gives it.
    """
    since = now - WITHIN_DAYS * DAY_S * MICROSECONDS_PER_S
    after_one = [
        look
        for look in looks
        if look.what in AFTER_ONE and not look.working and look.role not in INSPECTORS and look.at >= since
    ]
    by_pair: dict[tuple[str, str], list[Look]] = {}
    for look in after_one:
        by_pair.setdefault((look.actor, look.whom), []).append(look)
    repeated = {key for key, some in by_pair.items() if _is_repeated(some)}
    off_duty: dict[tuple[str, str], list[Look]] = {}
    for look in after_one:
        # One question about the same looks is enough, and the graver one it is.
        asked = (look.actor, look.whom) in repeated
        if not asked and not _is_open(open_desks.get(look.actor, ()), look.at):
            day = str(look.at // (DAY_S * MICROSECONDS_PER_S))
            off_duty.setdefault((look.actor, day), []).append(look)
    found = [_finding("repeated", key, some) for key, some in by_pair.items() if key in repeated]
    found += [_finding("off_duty", key, some) for key, some in off_duty.items()]
    return sorted(found, key=lambda each: (-each.last_at, each.id))


def desks_of(rows: Iterable[tuple[Instant, str, bool]]) -> dict[str, list[tuple[Instant, Instant]]]:
    """Return when each person's screen was open; a row says when, who, and whether it opened (or closed)."""
    found: dict[str, list[tuple[Instant, Instant]]] = {}
    for at, actor, opened in rows:
        spans = found.setdefault(actor, [])
        if opened:
            spans.append((at, Instant(at + DESK_MAX_S * MICROSECONDS_PER_S)))
        else:
            # Several screens of one person: the oldest that is still open is the one that closed.
            still = next(
                (n for n, (begun, end) in enumerate(spans) if end == begun + DESK_MAX_S * MICROSECONDS_PER_S), None
            )
            if still is not None:
                spans[still] = (spans[still][0], at)
    return found


def _is_open(spans: Sequence[tuple[Instant, Instant]], at: Instant) -> bool:
    grace = DESK_GRACE_S * MICROSECONDS_PER_S
    return any(begun - grace <= at <= end + grace for begun, end in spans)


def _apart(looks: Sequence[Look]) -> list[Look]:
    """Return the looks that are looks of their own and not the same one going on."""
    apart: list[Look] = []
    last: Instant | None = None
    for look in looks:
        if last is None or look.at - last > SAME_LOOK_S * MICROSECONDS_PER_S:
            apart.append(look)
        last = look.at
    return apart


def _is_repeated(looks: Sequence[Look]) -> bool:
    apart = _apart(looks)
    return (len(apart) >= LOOKS_MIN and _days(apart) >= DAYS_MIN) or len(apart) >= LOOKS_AT_ONCE_MIN


def _days(looks: Sequence[Look]) -> int:
    return len({look.at // (DAY_S * MICROSECONDS_PER_S) for look in looks})


def _finding(kind: str, key: tuple[str, str], looks: Sequence[Look]) -> Finding:
    digest = blake2b("\0".join((kind, *key)).encode(), digest_size=8).hexdigest()
    purposes = dict.fromkeys(look.purpose for look in looks if look.purpose not in ("", "duty"))
    last = looks[-1]
    apart = _apart(looks)
    return Finding(
        digest,
        kind,
        last.actor,
        last.role,
        last.subject,
        len(apart),
        _days(apart),
        looks[0].at,
        last.at,
        tuple(purposes),
    )
