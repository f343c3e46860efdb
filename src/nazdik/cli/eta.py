"""`nazdik eta`: how far promises of arrival are off, factors that would be nearer, and putting them in force."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any
from uuid import uuid4

import msgspec
import typer
from rich.console import Console
from rich.table import Table

from nazdik.cli.common import refuse, said_in_words, screen, settings_with
from nazdik.geo.tables import HOURS_1

if TYPE_CHECKING:
    from nazdik.geo.eta.fit import Proposal
    from nazdik.geo.eta.report import Errors, Row
    from nazdik.geo.eta.trips import Trip

app = typer.Typer(
    help="Promised and real arrival: report, propose factors, put them in force, take them back.",
    epilog="Begin with: nazdik eta report var/demo/khuzestan.log.sqlite",
    no_args_is_help=True,
)
Log = Annotated[
    Path, typer.Argument(help="A province's log, such as var/demo/khuzestan.log.sqlite", show_default=False)
]
Server = Annotated[str, typer.Option(help="Address of the running server")]
Name = Annotated[str | None, typer.Option(help="Name to sign in by; the password is asked for", show_default=False)]
Seat = Annotated[str | None, typer.Option(help="In a demo: the seat to sit at, such as province_desk:khuzestan")]
FORMAT = "nazdik-eta-factors"
_SHORT = {"all": "since setting out", "sent": "since being sent"}
_out = Console()


@app.command()
def report(
    log: Log, out: Annotated[Path | None, typer.Option(help="Folder for arrivals.html and arrivals.csv")] = None
) -> None:
    """Show the errors of promised arrivals by road, hours and kind of unit. The server may run meanwhile."""
    from nazdik.geo.eta.pages import as_csv, as_html
    from nazdik.geo.eta.report import report as report_of

    trips = _trips(log)
    rows = report_of(trips)
    _out.print(_table(rows))
    screen.print(f"{len(trips)} trips, {sum(trip.usable for trip in trips)} usable")
    if out is not None:
        with said_in_words():
            out.mkdir(parents=True, exist_ok=True)
            (out / "arrivals.html").write_text(as_html(rows, log.name), encoding="utf-8")
            (out / "arrivals.csv").write_text(as_csv(rows), encoding="utf-8")
        screen.print(f"{out / 'arrivals.html'}", soft_wrap=True)


@app.command()
def propose(
    log: Log,
    out: Annotated[Path, typer.Option(help="File for the factors, for `nazdik eta apply`", show_default=False)],
    seed: Annotated[int, typer.Option(help="Which days, or trips, are held back")] = 1,
) -> None:
    """Fit factors on a part of the trips, compare them on the rest, and write them down. Nothing changes yet."""
    from nazdik.geo.eta.fit import TooFewTrips
    from nazdik.geo.eta.fit import propose as propose_for

    try:
        found = propose_for(_trips(log), table=HOURS_1.id, offset_min=settings_with().display_offset_min, seed=seed)
    except TooFewTrips as few:
        refuse(
            f"Too few trips to learn from: {few}. \\[eta.too_few_trips]",
            f"سفرها برای آموختن کم است: {few.trips} سفر به‌کارآمدنی. [eta.too_few_trips]",
        )
    _out.print(_factors(found))
    _out.print(_comparison(found))
    if not found.better:
        screen.print("سفرهای کنارگذاشته با این ضریب‌ها بهتر پیش‌بینی نشدند؛ به کار بردنشان سودی ندارد.", markup=False)
        screen.print("Held-back trips were not predicted better; putting these in force would help nobody.")
    said = {
        "format": FORMAT,
        "version": 1,
        "province": log.name.partition(".")[0],
        "note": f"{found.fitted_on} trips, held back by {found.split}, seed {found.seed}",
        **msgspec.to_builtins(found),
    }
    with said_in_words():
        out.write_bytes(msgspec.json.format(msgspec.json.encode(said), indent=1) + b"\n")
    screen.print(f"{out}  →  nazdik eta apply {out}", soft_wrap=True)


@app.command()
def apply(
    file: Annotated[Path, typer.Argument(help="What `nazdik eta propose` wrote", show_default=False)],
    server: Server = "http://127.0.0.1:8110",
    name: Name = None,
    seat: Seat = None,
) -> None:
    """Put factors in force at a running server, as someone who may: at once, recorded, reversible."""
    said = _read(file)
    _post(server, f"/v1/provinces/{said['province']}/eta", said, name, seat)
    screen.print(f"In force in {said['province']}. Take back with: nazdik eta revert {said['province']}")


@app.command()
def revert(
    province: Annotated[str, typer.Argument(help="Such as khuzestan", show_default=False)],
    server: Server = "http://127.0.0.1:8110",
    name: Name = None,
    seat: Seat = None,
) -> None:
    """Go back to the factors that were in force before, or to none."""
    _post(server, f"/v1/provinces/{province}/eta/revert", {}, name, seat)
    screen.print(f"Taken back in {province}.")


# Inside


def _trips(log: Path) -> "list[Trip]":
    from nazdik.bootstrap.trips import KINDS, trips_of
    from nazdik.platform.eventlog.reading import entries_of

    with said_in_words():
        return list(trips_of(entries_of(log, sorted(KINDS))))


def _read(file: Path) -> dict[str, Any]:
    try:
        said: dict[str, Any] = msgspec.json.decode(file.read_bytes(), type=dict[str, Any])
    except (OSError, msgspec.MsgspecError) as error:
        refuse(f"{file} cannot be read as factors: {error}")
    wanted = ("province", "table", "factors")
    if said.get("format") != FORMAT or said.get("version") != 1 or not all(name in said for name in wanted):
        refuse(f"{file} is no file of factors of this version")
    return {"note": "", **said}


def _post(server: str, path: str, said: dict[str, Any], name: str | None, seat: str | None) -> None:
    """Sign in, ask, sign out; a refusal is said in both languages."""
    import httpx

    if (name is None) is (seat is None):
        refuse("say who acts: --name, or in a demo --seat")
    who = {"seat": seat} if seat is not None else {"name": name, "password": typer.prompt("Password", hide_input=True)}
    body = {key: said[key] for key in ("table", "factors", "note") if key in said}
    try:
        with httpx.Client(base_url=server, timeout=30) as client:
            token = _checked(client.post("/v1/sessions", json=who))["token"]
            headers = {"authorization": f"Bearer {token}", "idempotency-key": str(uuid4())}
            try:
                _checked(client.post(path, json=body, headers=headers))
            finally:
                client.delete("/v1/session", headers={"authorization": f"Bearer {token}"})
    except httpx.HTTPError as error:
        refuse(f"{server} does not answer: {error}")


def _checked(answer: Any) -> dict[str, Any]:
    if answer.is_success:
        said: dict[str, Any] = answer.json()
        return said
    problem = answer.json() if "json" in answer.headers.get("content-type", "") else {}
    refuse(f"refused: {problem.get('code', answer.status_code)}", str(problem.get("title", "")))


def _table(rows: "Sequence[Row]") -> Table:
    from nazdik.geo.eta.pages import words

    table = Table(title="Errors of promised arrivals, seconds (later than promised is positive)")
    heads = ("", "trips", "median", "|median|", "|P90|", "bias", "95 %", "ratio")
    for number, head in enumerate(heads):
        table.add_column(head, justify="left" if number == 0 else "right", no_wrap=True)
    dimension = ""
    for row in rows:
        if row.dimension != dimension:
            dimension = row.dimension
            table.add_section()
            table.add_row(f"[bold]{_SHORT.get(dimension, dimension)}[/]")
        table.add_row(f"  {words(row.value)[1]}", *_cells(row.errors), style="dim" if row.errors.few else None)
    return table


def _cells(e: "Errors") -> list[str]:
    between = "–" if e.bias_low_s is None else f"{e.bias_low_s:+g} … {e.bias_high_s:+g}"
    signed = [("–" if v is None else f"{v:+g}") for v in (e.median_s, e.bias_s)]
    plain = [("–" if v is None else f"{v:g}") for v in (e.median_abs_s, e.p90_abs_s, e.ratio)]
    return [f"{e.trips}", signed[0], plain[0], plain[1], signed[1], between, plain[2]]


def _factors(found: "Proposal") -> Table:
    table = Table(title=f"Factors over table {found.table}, fitted on {found.fitted_on} trips")
    for head in ("road", "hours", "factor", "trips"):
        table.add_column(head, justify="left" if head in {"road", "hours"} else "right")
    for factor in found.factors:
        table.add_row(factor.group, factor.band, f"{factor.factor:.3f}", f"{factor.trips}")
    return table


def _comparison(found: "Proposal") -> Table:
    from nazdik.geo.eta.pages import words

    table = Table(title=f"Trips held back (by {found.split}, seed {found.seed}), seconds")
    for number, head in enumerate(("", "trips", "median", "|median|", "|P90|", "bias", "95 %", "ratio")):
        table.add_column(head, justify="left" if number == 0 else "right", no_wrap=True)
    table.add_row("as promised", *_cells(found.before))
    table.add_row("with these factors", *_cells(found.after))
    for row in found.by_unit:
        table.add_row(
            f"  of these: {words(row.value)[1]}", *_cells(row.errors), style="dim" if row.errors.few else None
        )
    return table
