"""The refusals of the organisation."""

from nazdik.kernel import Conflict, Forbidden, Invalid, NotFound


class NotYourOffice(Forbidden):
    """The thing belongs to no office that yours answers for."""

    code = "organisation.not_your_office"


class NotYourUnit(Forbidden):
    """A unit's people act for their own unit only."""

    code = "organisation.not_your_unit"


class RoleMayNot(Forbidden):
    """This is not for your role."""

    code = "organisation.role_may_not"


class PurposeNeeded(Invalid):
    """This is done for a stated purpose only, which the audit log keeps."""

    code = "organisation.purpose_needed"


class PersonNotFound(NotFound):
    """No such person."""

    code = "organisation.person_not_found"


class PersonExists(Conflict):
    """A person with this name to sign in by exists already."""

    code = "organisation.person_exists"


class OfficeNotFound(NotFound):
    """A posting names an office that no region here has."""

    code = "organisation.office_not_found"


class UnitNotFound(NotFound):
    """A posting names a unit that is not enrolled here."""

    code = "organisation.unit_not_found"


class PostingNeedsUnit(Invalid):
    """An officer or a tracker is posted to a unit, and nobody else is."""

    code = "organisation.posting_needs_unit"
