"""Notes as people see them."""

from nazdik.kernel import IncidentId, Instant, rfc3339
from nazdik.premises.nearby import Near
from nazdik.published.premises import PremiseView


def premise_view(near: Near, at: Instant, incident_id: IncidentId | None = None) -> PremiseView:
    """Return a note as it is told of an incident, or of a point."""
    note = near.note
    return PremiseView(
        id=note.id,
        hazard=note.hazard,
        severe=note.severe,
        text=note.text,
        address=note.address,
        point=note.point,
        radius_m=note.radius_m,
        distance_m=near.distance_m,
        by=note.by,
        added_at=rfc3339(note.at),
        until=rfc3339(note.until),
        review_at=rfc3339(note.review_at),
        overdue=note.review_at <= at,
        acknowledged_by=tuple(read.by for read in note.read if read.incident_id == incident_id),
    )
