"""A lock that one process has and that falls away with it."""

import fcntl
import os
from pathlib import Path

from nazdik.platform.faults import LogInUse, LogUnavailable


def hold(path: Path) -> int:
    """
    Take the lock at `path`, making its folder when needed, and return the descriptor that holds it.

    Raises:
        LogInUse: Somebody else has it, in this process or another.
        LogUnavailable: The file cannot be opened.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        fd = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    except OSError as error:
        raise LogUnavailable(f"cannot open {path.name}: {error.strerror}") from error
    try:
        fcntl.flock(fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        os.close(fd)
        raise LogInUse(f"{path.name} is held by somebody else") from error
    return fd
