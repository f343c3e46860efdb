"""What the rules of warnings refuse."""

from nazdik.kernel.rejected import Conflict, Forbidden, Invalid, NotFound


class WarningNotFound(NotFound):
    """There is no such warning, or it was thrown away."""

    code = "interchange.warning_not_found"


class WarningInvalid(Invalid):
    """The warning lacks something or says what cannot be; `details.fields` names each part and what is wrong with it."""

    code = "interchange.warning_invalid"


class WarningOutside(Invalid):
    """No office here answers for any of the area, or it lies in more than one province."""

    code = "interchange.warning_outside"


class WarningIsOut(Conflict):
    """It is published; it can be updated or cancelled, and no longer changed."""

    code = "interchange.warning_is_out"


class WarningIsOver(Conflict):
    """It is not in force: still a draft, expired, or another message has taken its place."""

    code = "interchange.warning_is_over"


class WarningChanged(Conflict):
    """The draft was changed since it was read; `details.version` is the newest."""

    code = "interchange.warning_changed"


class SecondPersonNeeded(Forbidden):
    """Whoever wrote any of a warning does not publish it: another person reads it first."""

    code = "interchange.second_person_needed"


class WarningsTooMany(Conflict):
    """As many drafts wait as may wait."""

    code = "interchange.warnings_too_many"
