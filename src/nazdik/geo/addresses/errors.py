"""What the rules of addresses refuse."""

from nazdik.kernel.rejected import Conflict, Invalid, NotFound


class AliasNotFound(NotFound):
    """There is no such alias, or it was removed."""

    code = "geo.alias_not_found"


class AliasInvalid(Invalid):
    """An alias has 2 to 120 letters, of which some are words."""

    code = "geo.alias_invalid"


class AliasExists(Conflict):
    """The same name already stands for a place close by."""

    code = "geo.alias_exists"


class AliasesTooMany(Conflict):
    """The province has as many aliases as it may have."""

    code = "geo.aliases_too_many"


class FlagNotFound(NotFound):
    """The address of this incident is not in doubt, or was settled long ago."""

    code = "geo.address_not_flagged"


class FlagSettled(Conflict):
    """The address was settled already."""

    code = "geo.address_settled"
