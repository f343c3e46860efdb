"""How the watch's own calls are told from others."""

from nazdik.intake.model import Call

WATCH = "nazdik-watch-"


def is_of_watch(call: Call) -> bool:
    """Whether a call is a test call of the watch: it concerns nobody, and no desk is shown it."""
    return call.is_test and ((call.exchange_id or "").startswith(WATCH) or call.narrative == WATCH)
