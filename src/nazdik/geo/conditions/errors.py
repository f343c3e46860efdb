"""What the roads' rules refuse."""

from nazdik.kernel.rejected import Conflict, Invalid, NotFound


class ConditionNotFound(NotFound):
    """There is no such closure or traffic factor, or it ended long ago."""

    code = "geo.condition_not_found"


class ConditionOver(Conflict):
    """The closure or traffic factor has ended already."""

    code = "geo.condition_over"


class ConditionNotLifted(Conflict):
    """Only what was lifted by hand can be brought back, and only before its end."""

    code = "geo.condition_not_lifted"


class EndBeforeStart(Invalid):
    """The end is not after the start, or it has passed."""

    code = "geo.end_before_start"


class ConditionTooFar(Invalid):
    """The start or the end lies further ahead than anybody knows."""

    code = "geo.condition_too_far"


class ReasonUnknown(Invalid):
    """There is no such reason."""

    code = "geo.reason_unknown"


class NoteTooLong(Invalid):
    """The note is too long."""

    code = "geo.note_too_long"


class TimeFactorInvalid(Invalid):
    """A traffic factor is how many times as long the way takes, within the limits given."""

    code = "geo.time_factor_invalid"


class ConditionsTooMany(Conflict):
    """So many conditions stand that another would help nobody."""

    code = "geo.conditions_too_many"


class ClosureCutsOff(Conflict):
    """Somebody would be cut off, or have a long way round; send it again with `confirmed` once a person has read who."""

    code = "geo.closure_cuts_off"


class ShapeInvalid(Invalid):
    """Exactly one of point, line, polygon and pieces, with coordinates on the earth."""

    code = "geo.shape_invalid"


class PolygonCrossesItself(Invalid):
    """The area's outline crosses itself, so it has no inside."""

    code = "geo.polygon_crosses_itself"


class AreaEmpty(Invalid):
    """The area or line has no extent."""

    code = "geo.area_empty"


class NoRoadThere(Invalid):
    """No road is there."""

    code = "geo.no_road_there"


class TooManyStreets(Invalid):
    """The shape holds more streets than one condition may."""

    code = "geo.too_many_streets"


class FactorsInvalid(Invalid):
    """A learnt factor is outside its bounds, is named twice, or names no road group or hours of the table."""

    code = "geo.eta_factors_invalid"


class FactorsOfAnotherTable(Conflict):
    """The factors were learnt over another time table than the one in force."""

    code = "geo.factors_of_another_table"


class NothingToRevert(Conflict):
    """No learnt factors are in force."""

    code = "geo.nothing_to_revert"
