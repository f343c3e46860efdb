"""Another office tree for a built region: checked, written into its folder, everything else left as it was."""

from pathlib import Path

import msgspec
from msgspec.structs import replace

from nazdik.geo.office_check import faults_of, refuse_new_faults
from nazdik.geo.region import INPUTS, MANIFEST, OFFICES, SIGNATURE, FileEntry, Region, write_manifest
from nazdik.geo.responsible import OfficeForest, read_offices
from nazdik.geo.stages import digest_of, sha256_of


def amend_offices(folder: Path, offices: Path) -> Region:
    """
    Put the tree in the file `offices` into the region in `folder` and return the region as it is then, without its signature.

    A server that has the region open goes on with the old tree until it is asked to reload.

    Raises:
        OfficesUnreadable: The file is no tree, or it does not hang together.
        OfficesUnsound: Its areas have faults that the old one's had not.
    """
    region = Region.load(folder)
    region.verify()
    newer = read_offices(offices)
    OfficeForest([(region.id, newer)])  # Refuses a tree that does not hang together.
    refuse_new_faults(newer, faults_of(read_offices(region.offices_path)))
    # As a build would have written it; and kept as what the next update builds from.
    body = msgspec.json.encode(newer) + b"\n"
    written = {OFFICES: body, f"{INPUTS}/{OFFICES}": body}
    for name in written:
        (folder / f"{name}.new").write_bytes(body)
    manifest = region.manifest
    entries = {name: FileEntry(size=len(body), sha256=sha256_of(folder / f"{name}.new")) for name in written}
    # A digest of its own, so that no part of an update is taken over for being what the old inputs gave.
    parts = manifest.parts | {"offices": digest_of("amended", body)}
    for name in written:
        (folder / f"{name}.new").replace(folder / name)
    (folder / SIGNATURE).unlink(missing_ok=True)
    # Renamed into place: a server may be reading the old one.
    beside = folder / f"{MANIFEST}.new"
    files = dict(sorted((manifest.files | entries).items()))
    write_manifest(folder, replace(manifest, files=files, parts=parts), to=beside)
    beside.replace(folder / MANIFEST)
    return Region.load(folder)
