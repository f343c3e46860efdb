"""A server's memory is locked where the system allows it, and where not the server goes on."""

import resource
import subprocess
import sys
from pathlib import Path

import pytest

LOCK_AND_TELL = """
import codecs, logging, os, resource, sys
from pathlib import Path
from nazdik.platform.memory import keep_in_memory
logging.basicConfig(level="INFO", stream=sys.stderr)
limit = int(sys.argv[1])
resource.setrlimit(resource.RLIMIT_MEMLOCK, (0, limit))
if sys.argv[2] != "root" and os.getuid() == 0:
    codecs.lookup("ascii")  # nobody may not read where Python lies
    os.setuid(65534)  # takes CAP_IPC_LOCK away
said = keep_in_memory()
held = bytearray(64 << 20)
for page in range(0, len(held), 4096):
    held[page] = 1
status = dict(line.split(":", 1) for line in Path("/proc/self/status").read_text().splitlines())
print(said, int(status["VmLck"].split()[0]) // 1024)
"""
LITTLE = 1 << 20


def run(limit: int, who: str) -> tuple[str, int, str]:
    done = subprocess.run(
        [sys.executable, "-c", LOCK_AND_TELL, str(limit), who], capture_output=True, text=True, check=True
    )
    said, locked_mib = done.stdout.split()
    return said, int(locked_mib), done.stderr


def test_a_finite_limit_is_left_alone_since_later_memory_would_be_refused() -> None:
    said, locked_mib, told = run(LITTLE, "somebody")
    assert (said, locked_mib) == ("False", 0)
    assert "LimitMEMLOCK" in told


def may_lock() -> bool:
    status = dict(line.split(":", 1) for line in Path("/proc/self/status").read_text().splitlines())
    return bool(int(status["CapEff"], 16) & 1 << 14)


@pytest.mark.skipif(not may_lock(), reason="needs CAP_IPC_LOCK: run as root, in a container with --cap-add IPC_LOCK")
def test_whoever_has_the_right_locks_what_is_there_and_what_is_asked_for_later() -> None:
    said, locked_mib, told = run(LITTLE, "root")
    assert (said, told) == ("True", "")
    assert locked_mib >= 64


@pytest.mark.skipif(
    resource.getrlimit(resource.RLIMIT_MEMLOCK)[1] != resource.RLIM_INFINITY, reason="needs ulimit -H -l unlimited"
)
def test_whoever_has_no_limit_locks_it_too() -> None:
    said, locked_mib, told = run(resource.RLIM_INFINITY, "somebody")
    assert (said, told) == ("True", "")
    assert locked_mib >= 64
