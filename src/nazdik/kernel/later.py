"""Modules that a server can start without: each is imported when something of it is first asked for."""

from importlib import import_module
from typing import Any

_promised: list[str] = []


class _Later:
    """Stands where a module is imported, and has whatever that module has."""

    __slots__ = ("_name",)

    def __init__(self, name: str) -> None:
        self._name = name

    def __getattr__(self, what: str) -> Any:
        return getattr(import_module(self._name), what)


def later(name: str, *, soon: bool = True) -> Any:
    """
    Return what stands for a module until something of it is asked for, at the price of a look-up each time.

    May be used from any thread: Python imports a module once. For the types, a module says `if TYPE_CHECKING: import it`,
    `else: it = later("it")`.

    Args:
        soon: Whether a running server may need it, so that `import_promised` fetches it before anybody has to wait for it.
    """
    if soon:
        _promised.append(name)
    return _Later(name)


def import_promised() -> None:
    """Import every module that may soon be needed; half a second of work, in a thread of its own."""
    for name in _promised:
        import_module(name)
