"""`nazdik region`: look at what was built, check it, bring it up to date, vouch for it."""

from pathlib import Path
from typing import Annotated

import msgspec
import typer

from nazdik.geo.amend import amend_offices
from nazdik.geo.check import Weight, check_region
from nazdik.geo.cli_common import EXIT_PROBLEMS, EXIT_REFUSED, bar, bars, one_sentence, refuse, say, screen, tell
from nazdik.geo.office_check import check_offices
from nazdik.geo.region import OFFICES, Region
from nazdik.geo.responsible import read_offices
from nazdik.geo.signing import Trust, check_signature, make_key
from nazdik.geo.signing import sign as sign_region
from nazdik.geo.update import CountyChange, update_region

_Folder = Annotated[Path, typer.Argument(help="A built region", show_default=False)]
_TRUST = {
    Trust.UNSIGNED: ("این منطقه امضا ندارد.", "This region is NOT SIGNED."),
    Trust.STRANGER: (
        "امضا درست است، از کلیدی که مورد اعتماد نیست.",
        "The signature holds, by a key that is NOT TRUSTED here.",
    ),
    Trust.TRUSTED: ("امضا درست و از کلیدی مورد اعتماد است.", "The signature holds, by a trusted key."),
}


def show(folder: _Folder) -> None:
    """Say what a region holds, after reading every byte of it."""
    with one_sentence():
        region = Region.load(folder)
        region.verify()
    say(region)


def check(
    folder: _Folder,
    as_json: Annotated[bool, typer.Option("--json", help="Write the findings as JSON to standard output")] = False,
) -> None:
    """Check a region: what was left out, what is missing, what is odd. Exit code 1 when calls would go wrong by it."""
    with one_sentence():
        findings = check_region(Region.load(folder))
    if as_json:
        typer.echo(msgspec.json.format(msgspec.json.encode(findings), indent=1).decode())
    else:
        tell(findings)
    if any(finding.weight is Weight.PROBLEM for finding in findings):
        raise typer.Exit(EXIT_PROBLEMS)


def offices(path: Annotated[Path, typer.Argument(help="A region, or an offices.json", show_default=False)]) -> None:
    """Say what is wrong with the areas of an office tree, by the name of each office; exit code 2 when anything is."""
    with one_sentence():
        faults = check_offices(read_offices(path / OFFICES if path.is_dir() else path))
    for fault in faults:
        screen.print(fault.message_fa, highlight=False, soft_wrap=True, markup=False)
        screen.print(f"{fault.message_en} [{fault.code}]", highlight=False, soft_wrap=True, markup=False)
    screen.print(f"{len(faults)} faults", highlight=False)
    if faults:
        raise typer.Exit(EXIT_REFUSED)


def amend(
    folder: _Folder,
    offices: Annotated[Path, typer.Option(help="The newer office tree, an offices.json", show_default=False)],
) -> None:
    """Put another office tree into a built region; refused when it does not hang together. A running server is then reloaded."""
    with one_sentence():
        region = amend_offices(folder, offices)
    screen.print(f"{folder.name}: {region.version}", highlight=False, markup=False)
    screen.print("نقشه دیگر امضا ندارد؛ دوباره امضا و بارگذاری کنید.  Sign it again, and reload.", highlight=False)


def update(
    folder: _Folder,
    pbf: Annotated[Path, typer.Option(help="Newer extract; with --changes the one they are to", show_default=False)],
    changes: Annotated[Path | None, typer.Option(help="File of changes, .osc or .osc.gz")] = None,
    write_pbf: Annotated[Path | None, typer.Option(help="Keep the changed extract here, for the next update")] = None,
    counties: Annotated[Path | None, typer.Option(help="Newer counties")] = None,
    places: Annotated[Path | None, typer.Option(help="Newer settlements")] = None,
    villages: Annotated[Path | None, typer.Option(help="Newer villages")] = None,
    offices: Annotated[Path | None, typer.Option(help="Newer office tree")] = None,
    water: Annotated[Path | None, typer.Option(help="Newer rivers and coast")] = None,
) -> None:
    """Bring a region up to date in its place, say what changed, and check it; a full build would give the same bytes."""
    newer = {"counties": counties, "places": places, "villages": villages, "offices": offices, "water": water}
    with one_sentence(), bars() as shown:
        done = update_region(
            folder,
            pbf=pbf,
            changes=changes,
            write_pbf=write_pbf,
            inputs={name: path for name, path in newer.items() if path is not None},
            progress=bar(shown, folder.name),
        )
        findings = check_region(done.region)
    if done.kept:
        screen.print(f"Kept as they were: {', '.join(done.kept)}", highlight=False)
    for change in done.changes:
        _tell_change(change)
    if not done.changes:
        screen.print("خیابانی دگرگون نشده است.  No street changed.", highlight=False)
    say(done.region)
    tell(findings)


def _tell_change(change: CountyChange) -> None:
    screen.print(
        f"{change.county_fa} ({change.county_en}): +{change.added} ({change.added_km} km)  "
        f"-{change.removed} ({change.removed_km} km)  renamed {change.renamed}",
        highlight=False,
        soft_wrap=True,
        markup=False,
    )
    for mark, names in (("+", change.added_names), ("-", change.removed_names), ("~", change.renamed_names)):
        if names:
            screen.print(f"    {mark} {'، '.join(names)}", highlight=False, soft_wrap=True, markup=False)


def key(path: Annotated[Path, typer.Argument(help="File to make, such as signer.key", show_default=False)]) -> None:
    """Make a key to sign regions with; say the public key that servers put into `trusted_keys`."""
    with one_sentence():
        if path.exists():
            refuse("region.output_exists", f"«{path.name}» از پیش هست.", f"“{path.name}” exists already.")
        public = make_key(path)
    screen.print("کلید خصوصی نوشته شد؛ آن را نزد خود نگه دارید.  Keep the private key to yourself.", highlight=False)
    typer.echo(public)


def sign(
    folder: _Folder, key_file: Annotated[Path, typer.Option("--key", help="Private key", show_default=False)]
) -> None:
    """Vouch for a region as it is now, after reading every byte of it."""
    with one_sentence():
        public = sign_region(Region.load(folder), key_file)
    screen.print(f"signed: {folder.name}, by {public}", highlight=False, markup=False)


def verify(
    folder: _Folder,
    trust: Annotated[list[str] | None, typer.Option(help="Public key to trust; may be repeated")] = None,
) -> None:
    """Read every byte of a region and say who vouches for it. Exit code 1 when nobody trusted does, 2 when it is tampered with."""
    with one_sentence():
        region = Region.load(folder)
        region.verify()
        found = check_signature(region, trust or ())
    fa, en = _TRUST[found]
    screen.print(fa, style=None if found is Trust.TRUSTED else "bold yellow", highlight=False)
    screen.print(f"{en} [{found.value}]", highlight=False, markup=False)
    if found is not Trust.TRUSTED:
        raise typer.Exit(EXIT_PROBLEMS)
