"""`nazdik doors`: how the ways in of exchanges and trackers are doing, asked of a running server."""

from datetime import datetime, timedelta, timezone
from typing import Any

from rich.console import Console

from nazdik.cli.asking import Name, Seat, Server, SignedIn
from nazdik.kernel import from_rfc3339


def doors(server: Server = None, name: Name = None, seat: Seat = None) -> None:
    """Tell which ways in are open, since when, what came by them and what was refused. Example: nazdik doors --name desk-a"""
    with SignedIn(server, name, seat) as at:
        found = at.get("/v1/doors", {})["doors"]
    out = Console(highlight=False)
    for door in found:
        for line in _lines(door, at.offset_min):
            out.print(line, markup=False, soft_wrap=True)


def _lines(door: dict[str, Any], offset_min: int) -> list[str]:
    state = ("open" if door["up"] else "DOWN") + (
        f" since {_local(door['since'], offset_min)}" if door["since"] is not None else ""
    )
    last = f", last {_local(door['last_at'], offset_min)}" if door["last_at"] is not None else ""
    lines = [f"{door['door']:<10} {door['address']:<24} {state}; {door['messages']} messages{last}"]
    if door["said"] is not None:
        lines += [f"           {door['said']['en']} [{door['why']}]", f"           {door['said']['fa']}"]
    for what in ("judged", "refused"):
        if door[what]:
            counts = ", ".join(f"{code} {count}" for code, count in sorted(door[what].items()))
            lines.append(f"           {what}: {counts}")
    return lines


def _local(at: str, offset_min: int) -> str:
    zone = timezone(timedelta(minutes=offset_min))
    return datetime.fromtimestamp(from_rfc3339(at) / 1_000_000, tz=zone).isoformat(sep=" ", timespec="seconds")
