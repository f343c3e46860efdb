"""What changing the office tree refuses."""

from nazdik.kernel import Conflict


class OfficeStillUsed(Conflict):
    """
    Going back would leave units or open incidents without their office, or calling back is still awaited where one closes.

    `office` says which, `units`, `incidents` and `call_backs` how many. Close it instead, so that another gets them.
    """

    code = "offices.still_used"
