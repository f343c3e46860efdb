"""What a day report refuses."""

from nazdik.kernel.rejected import Invalid


class DateInvalid(Invalid):
    """A date is Jalali, such as 1405-09-01."""

    code = "day_report.date_invalid"


class ShiftUnknown(Invalid):
    """A shift is the number of one of the day's shifts, or `day`."""

    code = "day_report.shift_unknown"


class FormatUnknown(Invalid):
    """A report is csv, pdf or json."""

    code = "day_report.format_unknown"


class NotBegun(Invalid):
    """The shift has not begun yet."""

    code = "day_report.not_begun"
