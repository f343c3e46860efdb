"""The refusals of intake."""

from nazdik.kernel import Conflict, Invalid, NotFound


class CallNotFound(NotFound):
    """No call with this id, or it is archived."""

    code = "intake.call_not_found"


class CallExists(Conflict):
    """There is a call with this id already."""

    code = "intake.call_exists"


class CallTaken(Conflict):
    """Another call-taker answered it; `details` says who and when."""

    code = "intake.call_taken"


class CallIsOver(Conflict):
    """The call is linked, classified or closed already."""

    code = "intake.call_is_over"


class CallStateWrong(Conflict):
    """The call is not at the step this act follows."""

    code = "intake.call_state_wrong"


class PointInvalid(Invalid):
    """Not a point on the earth."""

    code = "intake.point_invalid"


class TextTooLong(Invalid):
    """A text is longer than its field takes."""

    code = "intake.text_too_long"


class TextEmpty(Invalid):
    """A message to a caller has no words."""

    code = "intake.text_empty"


class CallIsTest(Conflict):
    """A test call never becomes an incident."""

    code = "intake.call_is_test"


class NoCallBackDue(Conflict):
    """Nobody waits to be called back on this call."""

    code = "intake.no_call_back_due"


class CallBackTakenByOther(Conflict):
    """Another call-taker is calling back; `details` says who, and until when it is theirs."""

    code = "intake.call_back_taken"


class NobodyToText(Conflict):
    """None of these callers agreed to be written to."""

    code = "intake.nobody_to_text"


class TooManyCalls(Invalid):
    """More callers at once than one act takes."""

    code = "intake.too_many_calls"


class TextNotFound(NotFound):
    """The call has no such message."""

    code = "intake.text_not_found"


class LinkNotFound(NotFound):
    """No link opens with this code: it is wrong, used, or too old."""

    code = "intake.link_not_found"


class PageNotFound(NotFound):
    """No call belongs to this page."""

    code = "intake.page_not_found"


class TooManyPages(Conflict):
    """This address began many calls for help that nobody has looked at yet."""

    code = "intake.too_many_pages"
    retryable = True


class GatewayUnknown(NotFound):
    """No gateway has this token."""

    code = "intake.gateway_unknown"


class GatewayExists(Conflict):
    """There is a gateway of this name already, perhaps a revoked one."""

    code = "intake.gateway_exists"


class GatewayInvalid(Invalid):
    """A gateway's name or address cannot be used."""

    code = "intake.gateway_invalid"


class ShapeInvalid(Invalid):
    """A place that cannot be: a length below zero, a polygon of two corners, a confidence above one."""

    code = "intake.shape_invalid"


class CallIsMoving(Conflict):
    """The call is being handed over; `details.target` says to whom."""

    code = "intake.call_is_moving"
    retryable = True


class TransferTargetUnknown(Invalid):
    """A call can be handed over to the other provinces here and to the services that the settings name; `details.known`."""

    code = "intake.transfer_target_unknown"
