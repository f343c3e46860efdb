"""What changing the office tree refuses."""

from nazdik.kernel import Conflict


class OfficeHasPeople(Conflict):
    """
    An office does not close over the heads of those who sit there: move them, or end their seats, first.

    `people` are the first twenty by the names they sign in with, `count` how many there are. Also whoever would be seated at one
    that is closed.
    """

    code = "offices.has_people"


class OfficeStillUsed(Conflict):
    """
    Going back would leave units or open incidents without their office, or calling back is still awaited where one closes.

    `office` says which, `units`, `incidents` and `call_backs` how many. Close it instead, so that another gets them.
    """

    code = "offices.still_used"
