"""What can go wrong with a file that must keep what it is given."""


class LogUnavailable(Exception):
    """The store did not take it: nothing was recorded."""


class LogFull(LogUnavailable):
    """The disk is full: nothing was recorded."""


class LogDamaged(LogUnavailable):
    """The file is not a log, or is broken."""


class LogForeign(LogUnavailable):
    """The file is a sound log, but of another history than the one that is wanted."""


class LogInUse(LogUnavailable):
    """Another process, or another part of this one, is writing this log."""
