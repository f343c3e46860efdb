"""What a call never waits for: memory that has to come back from a disk, and a search for garbage in all that a server holds."""

import ctypes
import gc
import logging
import os
import resource
from pathlib import Path
from typing import Final

# From <sys/mman.h>: what is mapped now, what will be, and only pages that were touched.
_CURRENT, _FUTURE, _ON_FAULT = 1, 2, 4
_MAY_LOCK: Final = 1 << 14  # CAP_IPC_LOCK
# Hardly anything here is a cycle: what a request makes is gone before anyone looks for it. A few new things are looked through
# often and not many now and then: 20,000 at once held everybody up for 15 to 40 ms. What outlived that is looked through once
# more, ten such handfuls at a time, in some 3 ms: what half a minute had left took 60. Everything since the start comes rarely.
COLLECT_AFTER = (1_000, 10, 50_000)
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


def keep_out_of_collections() -> None:
    """
    Take everything that is alive now out of the reach of the garbage collector.

    It lives as long as the server does; with a fleet of 20,000 each full collection would look through all of it again and
    stop everything for a third of a second. What dies is freed all the same, by its count of references. At the start of a
    process, when collecting is still off (see `cli`), some hundred kilobytes of cycles are kept for that: a quarter of a second.
    """
    if gc.isenabled():
        gc.collect()
    gc.freeze()
    gc.set_threshold(*COLLECT_AFTER)


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
