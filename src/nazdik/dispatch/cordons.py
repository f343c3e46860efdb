"""A cordon: several posts around an incident, sent as one plan and taken back as one. The core's own rules fill the posts."""

from contextlib import suppress
from math import isfinite

from msgspec.structs import replace

from nazdik.dispatch import alarms
from nazdik.dispatch import commands as c
from nazdik.dispatch import events as e
from nazdik.dispatch.by_hand import candidate_by_hand, sendable
from nazdik.dispatch.errors import CordonExists, CordonInvalid, PlaceMissing
from nazdik.dispatch.model import Cause, CordonPost, Incident, Unit
from nazdik.dispatch.offers import of, send
from nazdik.dispatch.unfolding import LINE_MAX, Unfolding, check_text
from nazdik.kernel import Conflict

POSTS_MOST = 24
VEHICLES = frozenset({"car", "motorcycle", "foot"})
FACTOR_MAX = 3.0


def send_cordon(u: Unfolding, command: c.SendCordon) -> None:
    """
    Send every post its unit at once. A unit that was taken meanwhile does not hold up the others: its post, like one that
    names nobody, is filled after this by the nearest free unit, as any need is.
    """
    incident = u.real_incident(command.incident_id)
    if incident.point is None:
        raise PlaceMissing(incident_id=incident.id)
    _check(u, command)
    if incident.posts:
        raise CordonExists(incident_id=incident.id, posts=len(incident.posts))
    u.add(
        e.CordonSent(
            at=u.at,
            incident_id=incident.id,
            posts=command.posts,
            offence_at=command.offence_at,
            vehicle=command.vehicle,
            bearing_deg=command.bearing_deg,
            slowest=command.slowest,
            fastest=command.fastest,
            held=command.held,
            sealed=command.sealed,
            by=u.ctx.actor.id,
        )
    )
    for post, planned in zip(u.world.incidents[incident.id].posts, command.posts, strict=True):
        if planned.unit_id is not None:
            unit = _free_now(u, incident, planned)
            if unit is not None:
                candidate = candidate_by_hand(u, replace(incident, point=post.point), unit)
                send(u, incident.id, candidate, skill="patrol", cause=Cause.CORDON, post=post)


def _free_now(u: Unfolding, incident: Incident, planned: CordonPost) -> Unit | None:
    assert planned.unit_id is not None, "asked only for posts that name a unit"
    with suppress(Conflict):
        return sendable(u, planned.unit_id, incident, divert_allowed=False)
    return None


def _check(u: Unfolding, command: c.SendCordon) -> None:
    units = [post.unit_id for post in command.posts if post.unit_id is not None]
    places = {post.point for post in command.posts}
    numbers = [command.slowest, command.fastest, command.held, command.sealed, command.bearing_deg or 0.0]
    numbers += [post.share for post in command.posts]
    sound = (
        1 <= len(command.posts) <= POSTS_MOST
        and len(places) == len(command.posts)
        and len(set(units)) == len(units)
        and all(isfinite(number) for number in numbers)
        and 0 < command.slowest <= command.fastest <= FACTOR_MAX
        and command.vehicle in VEHICLES
        and command.offence_at <= u.at
    )
    if not sound:
        raise CordonInvalid(posts=len(command.posts), most=POSTS_MOST)
    for post in command.posts:
        check_text("place", post.place, LINE_MAX)
        u.around.station_at(post.point, u.at)
    for unit_id in units:
        u.unit(unit_id)


def withdraw_cordon(u: Unfolding, command: c.WithdrawCordon) -> None:
    """Take the whole cordon back: its posts are not filled again, and every crew on its way to one is told."""
    check_text("reason", command.reason, LINE_MAX)
    incident = u.open_incident(command.incident_id)
    if not incident.posts:
        return
    u.add(e.CordonWithdrawn(at=u.at, incident_id=incident.id, reason=command.reason, by=u.ctx.actor.id))
    for assignment in u.world.active_assignments(incident):
        if assignment.post is None:
            continue
        reason = command.reason or "cordon_withdrawn"
        u.add(e.AssignmentWithdrawn(at=u.at, **of(assignment), reason=reason, by=u.ctx.actor.id))
        alarms.settle(u, incident, alarms.OF_UNIT, assignment.unit_id)


def note_gaps(u: Unfolding, command: c.NoteGaps) -> None:
    """Keep what a recommendation would have left uncovered; counted beside the decision, never before it."""
    if command.incident_id not in u.world.incidents:
        return
    gaps = tuple(g for g in command.gaps if all(map(isfinite, (g.limit_s, g.people_lost or 0, g.calls_lost or 0))))
    if gaps:
        u.add(e.GapsNoted(at=u.at, incident_id=command.incident_id, counted_at=command.counted_at, gaps=gaps))
