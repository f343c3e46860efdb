"""
Who is posted where, taken over from whoever keeps that: dispatch's people, or a file. Pure.

Only what the other side speaks of is changed: its duties, of its people. Desks of 197 are 197's own and are never touched. An end
holds from when it is heard of, and the posting stays in the register: who served with the accused that day is shut out for ever.
"""

from collections.abc import Iterable, Iterator

import msgspec

from nazdik.kernel import Instant, OfficeId, PersonId
from nazdik.oversight import commands as c
from nazdik.oversight.model import Duty, Posting, Register

AT_ONCE = 500
FOLLOWED = (Duty.STAFF, Duty.COMMANDER)


class Served(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """That somebody serves at an office, or did. Without `since` it is taken from now on; `until` is None while it lasts."""

    person: PersonId
    office: OfficeId
    duty: Duty = Duty.STAFF
    since: Instant | None = None
    until: Instant | None = None


class Followed(msgspec.Struct, frozen=True):
    """What has to be done, and what cannot be: (person, office, code of the refusal)."""

    ends: tuple[c.EndPosting, ...]
    posts: tuple[c.PostPerson, ...]
    refused: tuple[tuple[str, str, str], ...]

    def commands(self) -> Iterator[c.FollowPostings]:
        """Yield the commands, ends first, in parts that one transaction can hold."""
        for at in range(0, len(self.ends), AT_ONCE):
            yield c.FollowPostings(ends=self.ends[at : at + AT_ONCE])
        for at in range(0, len(self.posts), AT_ONCE):
            yield c.FollowPostings(posts=self.posts[at : at + AT_ONCE])


def followed(
    register: Register,
    served: Iterable[Served],
    now: Instant,
    *,
    people: Iterable[PersonId] = (),
    everybody: bool = False,
) -> Followed:
    """
    Return what brings the register to what another says.

    Args:
        people: Those of whom it speaks even if it has no posting for them: what they had is over.
        everybody: It speaks of the whole force: whoever is not in it has left.
    """
    wanted: dict[PersonId, list[Served]] = {person: [] for person in people}
    refused: list[tuple[str, str, str]] = []
    for one in served:
        # A wrong line must not end what the person has.
        wanted.setdefault(one.person, [])
        if code := _wrong(one, register, now):
            refused.append((one.person, one.office, code))
        else:
            wanted[one.person].append(one)
    in_doubt = {person for person, _, _ in refused}
    duties = set(FOLLOWED) if everybody else {Duty.STAFF} | {one.duty for own in wanted.values() for one in own}
    if everybody:
        wanted |= {person: [] for person in register.postings if person not in wanted}
    ends: list[c.EndPosting] = []
    posts: list[c.PostPerson] = []
    for person in sorted(wanted):
        held = [p for p in register.postings_of(person) if p.duty in duties]
        for posting in held if person not in in_doubt else []:
            if posting.is_since(now) and not any(_lasts(posting, one, now) for one in wanted[person]):
                ends.append(c.EndPosting(person=person, office=posting.office, duty=posting.duty))
        for one in wanted[person]:
            if not any(_is_held(posting, one) for posting in held):
                since = one.since if one.since is not None else now
                posts.append(
                    c.PostPerson(person=person, office=one.office, duty=one.duty, since=since, until=one.until)
                )
    return Followed(tuple(ends), tuple(posts), tuple(refused))


def _wrong(one: Served, register: Register, now: Instant) -> str:
    """Return the code of what is wrong with a line, empty when nothing is."""
    if one.office not in register.offices:
        return "oversight.office_unknown"
    begins = one.since if one.since is not None else now
    ends_first = one.until is not None and one.until <= begins
    return "oversight.posting_invalid" if not one.person.strip() or one.duty not in FOLLOWED or ends_first else ""


def _lasts(posting: Posting, one: Served, now: Instant) -> bool:
    """Whether another says that a posting goes on."""
    return (posting.office, posting.duty) == (one.office, one.duty) and (one.until is None or one.until > now)


def _is_held(posting: Posting, one: Served) -> bool:
    """Whether a posting is known already: one that lasts is, whenever it is said to have begun."""
    same = (posting.office, posting.duty) == (one.office, one.duty)
    return same and (posting.until is None or posting.until == one.until)
