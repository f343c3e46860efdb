"""
Checking a receipt without the server: nothing here reads anything but what it is given.

It says what was found wrong, and what became of each promise. What no receipt can show is said in docs/oversight.md.
"""

from collections.abc import Sequence
from hashlib import sha256
from typing import Any

import msgspec

from nazdik.kernel import from_rfc3339
from nazdik.oversight.facts import LOG, NOTHING_BEFORE, Receipt, digest_of
from nazdik.platform.eventlog.heads import SignedHead
from nazdik.platform.eventlog.merkle import is_consistent, is_included


class Promise(msgspec.Struct, frozen=True):
    """What became of a promise: `kept`, `kept_late`, `running`, `paused` or `overdue`."""

    clock: str
    due: str
    state: str


class Checked(msgspec.Struct, frozen=True):
    """What a receipt shows. `wrong` is empty when everything holds; each entry is a code and what it is about."""

    wrong: list[tuple[str, str]]
    recorded_at: str
    as_of: str
    opened: list[tuple[str, str]]
    promises: list[Promise]
    answered: bool
    closed: bool
    # When another system says that it had the case; it came from there, and no receipt of ours proves that day.
    stated: str = ""

    @property
    def holds(self) -> bool:
        """Whether nothing is wrong."""
        return not self.wrong


def check(
    receipt: Receipt,
    *,
    key: str | None = None,
    text: str | None = None,
    earlier: Receipt | None = None,
    kept: Sequence[SignedHead] = (),
    proof: Sequence[str] = (),
) -> Checked:
    """
    Check a receipt.

    Args:
        key: The public key that has to have signed it, in hex; without it the receipt's own counts.
        text: What the citizen wrote; its hash has to be the one that was recorded.
        earlier: An older receipt of the same case: nothing of it may be gone.
        kept: Heads that somebody else kept; those of the same size have the same root, and others need `proof`.
        proof: The hashes that lead from the newest kept head to this receipt's.
    """
    wrong: list[tuple[str, str]] = []
    head = receipt.head
    if not head.is_sound() or head.log != LOG:
        wrong.append(("signature", head.at))
    if key is not None and head.key != key.lower():
        wrong.append(("other_key", head.key))
    facts = _facts(receipt, wrong)
    if text is not None and facts and facts[0].get("words") != digest_of(receipt.salt, text):
        wrong.append(("other_words", facts[0].get("at", "")))
    if earlier is not None:
        _check_earlier(receipt, earlier, wrong)
    _check_kept(head, kept, proof, wrong)
    opened = _openings(facts, wrong)
    return Checked(
        wrong,
        facts[0]["at"] if facts else "",
        head.at,
        opened,
        _promises(facts, head.at, wrong),
        any(fact["fact"] in ("answered", "closed") for fact in facts),
        any(fact["fact"] == "closed" for fact in facts),
        _stated(facts),
    )


def _stated(facts: Sequence[dict[str, Any]]) -> str:
    stated = facts[0].get("stated") if facts else None
    return str(stated.get("at", "")) if isinstance(stated, dict) else ""


def _facts(receipt: Receipt, wrong: list[tuple[str, str]]) -> list[dict[str, Any]]:
    """Return the facts that are what they say, noting those that are not."""
    facts: list[dict[str, Any]] = []
    before, last = NOTHING_BEFORE, -1
    root = _bytes(receipt.head.root)
    for number, proved in enumerate(receipt.facts):
        try:
            fact = msgspec.json.decode(proved.said, type=dict[str, Any])
            path = [bytes.fromhex(step) for step in proved.path]
            from_rfc3339(str(fact["at"]))
            str(fact["fact"])
        except (msgspec.MsgspecError, ValueError, KeyError):
            wrong.append(("unreadable", str(number)))
            continue
        if not is_included(proved.said.encode(), proved.index, receipt.head.position, path, root):
            wrong.append(("not_in_the_log", proved.said))
        if fact.get("case") != receipt.token:
            wrong.append(("of_another_case", proved.said))
        if fact.get("n") != number or fact.get("before") != before or proved.index <= last:
            wrong.append(("one_is_missing", proved.said))
        before, last = sha256(proved.said.encode()).hexdigest(), proved.index
        facts.append(fact)
    if not facts or facts[0]["fact"] != "received":
        wrong.append(("no_beginning", ""))
        return []
    return facts


def _check_earlier(receipt: Receipt, earlier: Receipt, wrong: list[tuple[str, str]]) -> None:
    if earlier.token != receipt.token:
        wrong.append(("of_another_case", earlier.token))
    there = {proved.index: proved.said for proved in receipt.facts}
    wrong.extend(("gone", one.said) for one in earlier.facts if there.get(one.index) != one.said)
    if earlier.head.position > receipt.head.position:
        wrong.append(("shorter_than_before", earlier.head.at))


def _check_kept(
    head: SignedHead, kept: Sequence[SignedHead], proof: Sequence[str], wrong: list[tuple[str, str]]
) -> None:
    mine = [one for one in kept if one.log == LOG]
    for one in mine:
        if one.position == head.position and one.root != head.root:
            wrong.append(("two_stories", one.at))
    if not mine or not proof:
        return
    last = max(mine, key=lambda one: one.position)
    steps = [_bytes(step) for step in proof]
    if not is_consistent(last.position, _bytes(last.root), head.position, _bytes(head.root), steps):
        wrong.append(("not_grown_from_what_was_kept", last.at))


def _openings(facts: Sequence[dict[str, Any]], wrong: list[tuple[str, str]]) -> list[tuple[str, str]]:
    """Return when the file was opened and at which office's desk, noting offices that were shut out at that time."""
    shut: set[str] = set()
    opened = []
    for fact in facts:
        if fact["fact"] == "routed":
            shut = set(fact.get("shut_out", ()))
        elif fact["fact"] == "opened":
            opened.append((str(fact["at"]), str(fact.get("office"))))
            if fact.get("office") in shut:
                wrong.append(("opened_by_one_shut_out", f"{fact['at']} {fact.get('office')}"))
    return opened


def _promises(facts: Sequence[dict[str, Any]], as_of: str, wrong: list[tuple[str, str]]) -> list[Promise]:
    """Return the state of each promise, the newest of each clock."""
    found: dict[str, Promise] = {}
    for fact in facts:
        clock, what = str(fact.get("clock")), fact["fact"]
        known = found.get(clock)
        if what == "promised":
            found[clock] = Promise(clock, str(fact.get("due")), "running")
        elif known is None:
            continue
        elif what == "kept":
            late = known.state == "overdue" or _is_after(str(fact["at"]), known.due)
            found[clock] = msgspec.structs.replace(known, state="kept_late" if late else "kept")
        elif what in ("paused", "resumed"):
            found[clock] = msgspec.structs.replace(known, state="paused" if what == "paused" else "running")
        elif what == "overdue":
            found[clock] = msgspec.structs.replace(known, state="overdue")
    paused_or_moved = any(fact["fact"] == "resumed" for fact in facts)
    for clock, promise in found.items():
        # Past its day and nobody said so. A pause, or a day on which offices were closed, may have moved it.
        if promise.state == "running" and not paused_or_moved and _is_after(as_of, promise.due):
            found[clock] = msgspec.structs.replace(promise, state="overdue")
    return list(found.values())


def _is_after(one: str, other: str) -> bool:
    try:
        return from_rfc3339(one) > from_rfc3339(other)
    except ValueError:
        return True


def _bytes(text: str) -> bytes:
    try:
        return bytes.fromhex(text)
    except ValueError:
        return b""
