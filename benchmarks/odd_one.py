"""
How well the odd one out is found among an incident's callers: precision and recall on labelled sets made from real calls.

Run from the repository: `python benchmarks/odd_one.py [--seed 2]`. The calls are those of `same_event.py`: real places and times of
New York's police record, drawn callers whose event is known. Two sets:

- `accepted`: every proposal of the same event is accepted, as a call-taker in a hurry does. Who was linked wrongly is to be found
  among those who were linked rightly.
- `same_street`: into each incident with two callers or more comes one caller of a real event of quite another kind that happened
  within 300 m and 30 minutes: the robbery in the street of the crash.

Who began an incident is never asked about, as on the desk.
"""

import argparse
import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from facts import write_results
from nazdik.bootstrap.guessers import Guessers
from nazdik.bootstrap.incident_callers import spoken_kind
from nazdik.intake.odd_one import Told, odd_one
from nazdik.intake.shapes import apart_m
from nazdik.intake.similar import Known, related, similar, together
from nazdik.kernel import IncidentId, LonLat
from nazdik.kernel.instant import seconds_between
from same_event import Call, drawn

NEAR_M, WITHIN_S, OPEN_S = 300.0, 1_800.0, 3_600.0
RADIUS_M = 100.0


@dataclass(slots=True)
class Incident:
    """What was linked to what one call began."""

    calls: list[Call] = field(default_factory=list)

    @property
    def began(self) -> Call:
        """The call that it was made of."""
        return self.calls[0]


def accepted(calls: list[Call]) -> list[Incident]:
    """Link every call to the best proposal, as far as there is one; else it begins an incident."""
    incidents: dict[str, Incident] = {}
    for call in calls:
        known = [
            Known(
                id=IncidentId(name),
                kind=one.began.asked.kind,
                point=one.began.asked.point or LonLat(0, 0),
                last_at=one.calls[-1].asked.at,
                words=together([each.text for each in one.calls]),
            )
            for name, one in incidents.items()
            if seconds_between(one.calls[-1].asked.at, call.asked.at) < OPEN_S
        ]
        best = next((found for found in similar(call.asked, known) if found.proposed), None)
        name = str(best.incident_id) if best is not None else str(len(incidents))
        incidents.setdefault(name, Incident()).calls.append(call)
    return list(incidents.values())


def same_street(calls: list[Call]) -> list[Incident]:
    """Each event's own callers, and one of a real event near in place and time and of quite another kind."""
    events: dict[int, list[Call]] = {}
    for call in calls:
        events.setdefault(call.event, []).append(call)
    mixed = []
    for event, own in events.items():
        if len(own) < 2:
            continue
        stranger = next((call for call in calls if call.event != event and _beside(own[0], call)), None)
        if stranger is not None:
            mixed.append(Incident([*own, stranger]))
    return mixed


def _beside(one: Call, other: Call) -> bool:
    a, b = one.asked, other.asked
    soon = abs(seconds_between(a.at, b.at)) <= WITHIN_S
    if not soon or a.point is None or b.point is None or apart_m(a.point, b.point) > NEAR_M:
        return False
    return related(one.kind, other.kind) == "other"


def judged(incidents: list[Incident], *, words_only: bool) -> Iterator[tuple[bool, bool, bool]]:
    """Yield for each linked call: is it a stranger, of quite another kind, and is it proposed to be pulled out."""
    guesser, _ = Guessers().of(None)

    def told(call: Call) -> Told:
        asked = call.asked
        spoken = spoken_kind(call.text, guesser)
        if spoken is not None:
            return Told(asked.point, asked.doubt_m, *spoken)
        return Told(asked.point, asked.doubt_m, None if words_only else asked.kind)

    for incident in incidents:
        every = [told(call) for call in incident.calls]
        began = incident.began
        for n, call in enumerate(incident.calls[1:], 1):
            others = every[:n] + every[n + 1 :]
            odd = odd_one(every[n], began.asked.kind, began.asked.point, RADIUS_M, others)
            stranger = call.event != began.event
            yield stranger, stranger and related(call.kind, began.kind) == "other", odd is not None


def counted(rows: list[tuple[bool, bool, bool]]) -> dict[str, Any]:
    """Return precision and recall."""
    strangers = sum(stranger for stranger, _, _ in rows)
    of_another_kind = sum(another for _, another, _ in rows)
    pulled = sum(pulled for _, _, pulled in rows)
    right = sum(stranger and pulled for stranger, _, pulled in rows)
    told_apart = sum(another and pulled for _, another, pulled in rows)
    return {
        "linked": len(rows),
        "strangers": strangers,
        "pulled_out": pulled,
        "precision": round(right / max(pulled, 1), 4),
        "recall": round(right / max(strangers, 1), 4),
        "strangers_of_another_kind": of_another_kind,
        "recall_of_another_kind": round(told_apart / max(of_another_kind, 1), 4),
        "wrongly_of_100_who_belong": round(100 * (pulled - right) / max(len(rows) - strangers, 1), 2),
    }


def figures(seed: int) -> dict[str, Any]:
    """Draw the sets and count."""
    calls = drawn(seed)
    street = same_street(calls)
    return {
        "accepted": counted(list(judged(accepted(calls), words_only=False))),
        "same_street": counted(list(judged(street, words_only=False))),
        "same_street_words_only": counted(list(judged(street, words_only=True))),
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seed", type=int, default=2)
    given = parser.parse_args()
    found = figures(given.seed)
    print(json.dumps(found, indent=1))
    print(write_results("odd_one", {"seed": given.seed, **found}))


if __name__ == "__main__":
    main()
