"""What the inspector's questions are refused for."""

from nazdik.kernel import Invalid, NotFound


class AboutUnknown(NotFound):
    """There is no such incident, call, unit or number here."""

    code = "audit.about_unknown"


class FindingUnknown(NotFound):
    """There is no such finding, or it is too old."""

    code = "audit.finding_unknown"


class ReviewNeedsNote(Invalid):
    """A review says what was found, in 4 to 200 characters."""

    code = "audit.review_needs_note"
