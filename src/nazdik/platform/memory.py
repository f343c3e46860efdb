"""Keeping a server's memory in memory, so that a call never waits for a disk that is busy with something else."""

import ctypes
import logging
import os
import resource
from pathlib import Path
from typing import Final

# From <sys/mman.h>: what is mapped now, what will be, and only pages that were touched.
_CURRENT, _FUTURE, _ON_FAULT = 1, 2, 4
_MAY_LOCK: Final = 1 << 14  # CAP_IPC_LOCK
_log = logging.getLogger(__name__)


def keep_in_memory() -> bool:
    """
    Let nothing that this process has touched be taken from memory again, and return whether that is so from now on.

    Code and road graphs are mapped from files, and the kernel takes such pages back when it likes: for a backup that reads
    the whole disk, or when memory looks idle. The next call then waits for the disk, with everything that is not on it.
    Where the system does not let this process lock what it wants, nothing is locked: with a limit in the way a later
    request for memory would be refused.
    """
    if not _may_lock_all():
        _log.info("memory is not locked: the limit on locked memory (LimitMEMLOCK, ulimit -l) is not infinite")
        return False
    if ctypes.CDLL(None, use_errno=True).mlockall(_CURRENT | _FUTURE | _ON_FAULT) != 0:
        _log.info("memory is not locked: %s", os.strerror(ctypes.get_errno()))
        return False
    return True


def _may_lock_all() -> bool:
    if int(_status()["CapEff"], 16) & _MAY_LOCK:
        return True
    soft, hard = resource.getrlimit(resource.RLIMIT_MEMLOCK)
    if soft != hard == resource.RLIM_INFINITY:
        resource.setrlimit(resource.RLIMIT_MEMLOCK, (hard, hard))
    return hard == resource.RLIM_INFINITY


def _status() -> dict[str, str]:
    lines = Path("/proc/self/status").read_text(encoding="ascii").splitlines()
    return {name: value.strip() for name, _, value in (line.partition(":") for line in lines)}
