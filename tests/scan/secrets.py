"""Secrets in the repository's files: known forms of keys and tokens, and words that look like a password given away."""

import re
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).parents[2]
# Made of parts, so that this file finds nothing in itself.
_BEGIN = "-----" + "BEGIN "
KINDS: dict[str, re.Pattern[str]] = {
    "private key": re.compile(_BEGIN + r"(?:[A-Z]+ )*PRIVATE KEY(?: BLOCK)?-----[\s\\nr]*[A-Za-z0-9+/=]{16}"),
    "cloud key": re.compile(r"\b(?:AKIA|ASIA)[0-9A-Z]{16}\b|\bAIza[0-9A-Za-z_-]{35}\b"),
    "token of a code host": re.compile(r"\b(?:gh[pousr]_[A-Za-z0-9]{36}|github_pat_\w{40,}|glpat-[\w-]{20})\b"),
    "token of a package registry": re.compile(r"\bpypi-[A-Za-z0-9_-]{50,}|\bnpm_[A-Za-z0-9]{36}\b"),
    "token of a messenger": re.compile(r"\bxox[abeoprs]-[\w-]{10,}|\b\d{8,10}:AA[\w-]{33}\b"),
    "signed token": re.compile(r"\beyJ[\w-]{10,}\.eyJ[\w-]{10,}\.[\w-]{20,}"),
    "password in an address": re.compile(r"\b[a-z][a-z+]{2,12}://[^\s:/@'\"{}<>$]+:([^\s:/@'\"{}<>$]{6,})@"),
    "given-away secret": re.compile(
        r"""(?i)\b(?:password|passwd|secret|token|api_?key|private_?key)["']?\s*[:=]\s*["']([A-Za-z0-9+/_=.-]{20,})["']"""
    ),
    "key of this product": re.compile(r"\bnazdik-(?:backup-)?secret[-:1-9a-z]*[A-Za-z0-9+/_-]{40,}"),
}
# Lines that are none of this: where, what of the line, and why. An entry that fits nothing any more fails the test.
ALLOWED: dict[tuple[str, str], str] = {
    ("tests/contract/test_journal_only.py", "journal-only-page-secret-0001"): "opens nothing but a test's own server",
    ("tests/unit/interchange/test_open311.py", 'TOKEN = "0f3a91c2d0'): "a made-up name of a report",
    ("tests/unit/interchange/test_webhooks.py", "whsec_MDEyMzQ1Njc4"): "counts from zero; signs a test's messages",
}
READ_MAX = 3_000_000


class Found(NamedTuple):
    """A line that looks like a secret; the secret itself is not repeated."""

    path: str
    line: int
    kind: str
    text: str


def tracked(root: Path = ROOT) -> list[Path]:
    """Return the files that are, or would be, in the repository."""
    words = ["git", "-C", str(root), "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    names = subprocess.run(words, capture_output=True, check=True).stdout.decode().split("\0")
    return [root / name for name in names if name and (root / name).is_file()]


def search(files: list[Path], root: Path = ROOT) -> Iterator[Found]:
    """Yield every line that looks like a secret."""
    for file in files:
        data = file.read_bytes()[:READ_MAX]
        if b"\0" in data[:8_192]:
            continue
        text = data.decode("utf-8", "replace")
        for kind, form in KINDS.items():
            for hit in form.finditer(text):
                line = text.count("\n", 0, hit.start())
                yield Found(str(file.relative_to(root)), line + 1, kind, text.splitlines()[line])
