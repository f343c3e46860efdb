"""
The one door to numba: a decorator that keeps a function's types and compiles it to machine code.

Numba is untyped, so the cast stands here once instead of an exception in every file. Functions that call one another
must stay in the same file: numba's cache looks at the caller's source only, and would miss a change in another one. What is
compiled from a few files together names the others to `door`: a change of them makes everything that went through it compile anew.
Named tuples may be passed; their fields are read by place, so changing one means touching every file that reads it.
"""

import sys
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path
from typing import Any, ParamSpec, Protocol, TypeVar, cast

from numba import njit

# As it loads its functions on arrays, numba asks whether scipy's matrices are there, and waits a quarter of a second for an answer
# that nothing here needs: matrices are multiplied by numpy, outside compiled code. This says no.
sys.modules["scipy.linalg.cython_blas"] = None  # type: ignore[assignment]
try:
    import numba.np.arraymath  # noqa: F401
finally:
    del sys.modules["scipy.linalg.cython_blas"]

P = ParamSpec("P")
R = TypeVar("R")


class Compile(Protocol):
    """The decorator that `door` returns."""

    def __call__(self, function: Callable[P, R], /) -> Callable[P, R]:
        """Return `function` compiled on first use, kept on disk for the next start."""


def door(*shared: Path) -> Compile:
    """
    Return a decorator that compiles a function on first use and keeps it on disk for the next start.

    Where neither the package's folder nor the user's cache folder can be written (a read-only image), it is compiled
    anew at each start instead: some seconds slower to start, as fast afterwards.

    Args:
        shared: The files with what the functions take from elsewhere, besides their own.
    """
    stamp = sha256(b"".join(path.read_bytes() for path in shared)).hexdigest()

    def compiled(function: Callable[P, R]) -> Callable[P, R]:
        try:
            fast = njit(cache=True, nogil=True)(function)
            _look_at_shared(fast, stamp)
            _drop_foreign_cache(fast)
        except RuntimeError:  # numba found no place to keep its cache
            fast = njit(nogil=True)(function)
        return cast(Callable[P, R], fast)

    return compiled


def _look_at_shared(fast: Any, stamp: str) -> None:
    """Let the cache be fresh only as long as the shared files are the same, too."""
    file = fast._cache._cache_file
    file._source_stamp = (file._source_stamp, stamp)


def _drop_foreign_cache(fast: Any) -> None:
    """
    Empty a cache that an older version left behind and that names a type which is gone.

    Numba reads the names before it looks whether the source has changed, and would fail at the first call.
    """
    cache = fast._cache
    try:
        cache._cache_file._load_index()
    except (AttributeError, ImportError):
        cache.flush()
