"""What the rules of settings refuse."""

from nazdik.kernel.rejected import Conflict, Invalid, NotFound


class SettingUnknown(NotFound):
    """There is no such kind of setting, or nothing that could have it."""

    code = "administration.setting_unknown"


class ValueInvalid(Invalid):
    """The value is not of this kind of setting; `details` say where (`field`) and why (`what`; for people `fa` and `en`)."""

    code = "administration.value_invalid"


class WhyMissing(Invalid):
    """A change says why, in up to 300 letters."""

    code = "administration.why_missing"


class NothingChanged(Conflict):
    """This is what is in force already."""

    code = "administration.nothing_changed"


class NoDraft(NotFound):
    """Nothing is drafted for this setting."""

    code = "administration.no_draft"


class DraftChanged(Conflict):
    """The draft, or what is in force, is another one than was read: read it again."""

    code = "administration.draft_changed"


class SecondPersonNeeded(Conflict):
    """Safety rests on this setting: whoever drafted it may not publish it."""

    code = "administration.second_person_needed"


class ChangeNotFound(NotFound):
    """This change is not held any more, or never was."""

    code = "administration.change_not_found"
