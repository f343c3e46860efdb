"""`nazdik trail`: where a unit or the units of an incident were, asked of a running server like any other face."""

import json
import os
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console

from nazdik.cli.asking import Name, Seat, Server, SignedIn
from nazdik.cli.common import screen
from nazdik.kernel import Instant, from_rfc3339

app = typer.Typer(
    help="Where units were. A running server answers: it asks the policy and writes your purpose down before it tells.",
    epilog="Begin with: nazdik trail unit --help",
    no_args_is_help=True,
)
Purpose = Annotated[str, typer.Option(help="Why you look; kept in the audit log", show_default=False)]
Raw = Annotated[bool, typer.Option("--raw", help="Positions as reported, without the roads that were driven")]
Json = Annotated[Path | None, typer.Option("--json", help="Write everything to this file instead of a table")]


@app.command()
def unit(
    unit_id: Annotated[str, typer.Argument(help="Such as khuzestan.u.A12", show_default=False)],
    since: Annotated[str, typer.Option(help="Time with its zone, such as 2026-11-22T08:00:00Z", show_default=False)],
    until: Annotated[str, typer.Option(help="At most a day later", show_default=False)],
    purpose: Purpose,
    incident: Annotated[str | None, typer.Option(help="Needed for what is older than a day")] = None,
    raw: Raw = False,
    to: Json = None,
    server: Server = None,
    name: Name = None,
    seat: Seat = None,
) -> None:
    """Tell where a unit was. Example: nazdik trail unit p.u.A12 --since … --until … --purpose "complaint 12" --name desk"""
    asked = {"since": since, "until": until, "purpose": purpose, "form": "raw" if raw else "matched"}
    if incident:
        asked["incident"] = incident
    with SignedIn(server, name, seat) as at:
        trail = at.get(f"/v1/units/{unit_id}/trail", asked)
    if to is None:
        _tell(trail, at.offset_min)
    else:
        _write(to, trail)


@app.command()
def incident(
    incident_id: Annotated[str, typer.Argument(show_default=False)],
    purpose: Purpose,
    raw: Raw = False,
    to: Json = None,
    server: Server = None,
    name: Name = None,
    seat: Seat = None,
) -> None:
    """Tell where every unit of an incident was, from sent to cleared, with the incident's time stamps."""
    with SignedIn(server, name, seat) as at:
        playback = at.get(
            f"/v1/incidents/{incident_id}/trail", {"purpose": purpose, "form": "raw" if raw else "matched"}
        )
    if to is not None:
        _write(to, playback)
        return
    out = Console(highlight=False)
    out.print(f"incident {playback['number']}", markup=False)
    for mark in playback["marks"]:
        out.print(f"  {_local(mark['at'], at.offset_min)}  {mark['name']:<12} {mark['call_sign'] or ''}", markup=False)
    for track in playback["tracks"]:
        out.print(f"\n{track['call_sign']}", markup=False)
        _tell(track["trail"], at.offset_min)


@app.command()
def reads(
    unit_id: Annotated[str, typer.Argument(help="Such as khuzestan.u.A12", show_default=False)],
    server: Server = None,
    name: Name = None,
    seat: Seat = None,
) -> None:
    """Tell who looked at a unit's past, when and why; for auditors."""
    with SignedIn(server, name, seat) as at:
        found = at.get(f"/v1/units/{unit_id}/trail/reads", {})["reads"]
    out = Console(highlight=False)
    for read in found:
        span = f"{_local(read['since'], at.offset_min)} – {_local(read['until'], at.offset_min)}"
        line = f"{_local(read['at'], at.offset_min)}  {read['actor']:<20} {span}  {read['incident'] or '-'}  {read['purpose']}"
        out.print(line, markup=False, soft_wrap=True)
    if not found:
        screen.print("Nobody has looked. هیچ‌کس نگاه نکرده است.")


def _tell(trail: dict[str, Any], offset_min: int) -> None:
    """Print positions and gaps in the order of time."""
    out = Console(highlight=False)
    lines = [(point["at"], _point_line(point)) for point in trail["points"]]
    lines += [
        (gap["since"], f"— no position until {_local(gap['until'], offset_min)} ({gap['why']})")
        for gap in trail["gaps"]
    ]
    for at, line in sorted(lines):
        out.print(f"  {_local(at, offset_min)}  {line}", markup=False, soft_wrap=True)
    for day in trail["damaged_days"]:
        out.print(f"  the history of {day} is damaged and cannot be read", markup=False)
    if trail["cut"]:
        out.print("  there is more than is sent at once; ask for a shorter span", markup=False)


def _point_line(point: dict[str, Any]) -> str:
    def place(lon_lat: list[float] | None) -> str:
        return "no place" if lon_lat is None else f"{lon_lat[0]:.6f} {lon_lat[1]:.6f}"

    speed = point["speed_m_per_s"]
    parts = [place(point["point"])]
    if point["road"] is not None:
        parts.append(f"road {place(point['road'])}")
    if speed is not None:
        parts.append(f"{speed * 3.6:.0f} km/h")
    if point["code"] is not None:
        parts.append(point["code"])
    return "  ".join(parts)


def _local(at: str, offset_min: int) -> str:
    moment: Instant = from_rfc3339(at)
    return datetime.fromtimestamp(moment / 1_000_000, tz=timezone(timedelta(minutes=offset_min))).isoformat(
        sep=" ", timespec="seconds"
    )


def _write(path: Path, data: Any) -> None:
    """Where officers were is nobody else's to read."""
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8") as file:
        json.dump(data, file, ensure_ascii=False, indent=1)
    screen.print(f"written to {path}", markup=False)
