"""Regions that can be opened, and samples that can be built, one at a time, in a process beside the server."""

import asyncio
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from nazdik.bootstrap.entrance import Text
from nazdik.geo.errors import GeoBuildError
from nazdik.geo.region import MANIFEST, Region
from nazdik.kernel import Conflict, NotFound
from nazdik.kernel.later import later

if TYPE_CHECKING:
    from nazdik.geo import samples as sample_regions
else:
    sample_regions = later("nazdik.geo.samples", soon=False)

STOPS_WITHIN_S = 10.0
# A line of a build is a few hundred bytes; what it says at its end is kept.
WORDS_MAX = 2_000


class RegionNotOffered(NotFound):
    """There is no such region here, and no such sample."""

    code = "first_run.region_not_offered"


class RegionNotBuilt(Conflict):
    """It has to be built first."""

    code = "first_run.region_not_built"


class BuildRuns(Conflict):
    """One region is built at a time."""

    code = "first_run.build_runs"


class RegionOffer(msgspec.Struct, frozen=True):
    """A region: built and ready to be opened, or a sample that can be. `wrong` says why a folder cannot be opened."""

    id: str
    name: Text
    notice: Text | None
    built: bool
    sample: bool
    counties: int
    stations: int
    size_mb: float
    wrong: Text | None = None


class BuildView(msgspec.Struct, frozen=True):
    """How far a build is: step `at` of `of`, `share` of the whole time. `failed` says why it ended."""

    region: str
    at: int
    of: int
    step: Text
    share: float
    running: bool
    failed: Text | None


class OffersView(msgspec.Struct, frozen=True):
    """What can be opened or built, and the build that runs or ran last."""

    regions: tuple[RegionOffer, ...]
    build: BuildView | None


class _Said(msgspec.Struct, frozen=True):
    """A line of a build."""

    at: int = 0
    of: int = 0
    fa: str = ""
    en: str = ""
    share: float = 0.0
    failed: Text | None = None


@dataclass(slots=True)
class Regions:
    """The folder of built regions, that of the samples' sources, and at most one build."""

    built: Path
    sources: Path
    _build: BuildView | None = None
    _process: "asyncio.subprocess.Process | None" = None
    _tasks: set["asyncio.Task[None]"] = field(default_factory=set)

    def offers(self) -> OffersView:
        """Return what there is. Blocking: it looks at every file's size."""
        folders = sorted(self.built.iterdir()) if self.built.is_dir() else []
        found = {folder.name: _built(folder) for folder in folders if (folder / MANIFEST).is_file()}
        samples = {each.id: _sample(each.id, each.name_fa, each.name_en) for each in self._samples()}
        return OffersView(tuple({**samples, **found}.values()), self._build)

    def folder(self, region: str) -> Path:
        """Return the folder of a region that can be opened. Raises `RegionNotOffered`, `RegionNotBuilt`."""
        offer = next((each for each in self.offers().regions if each.id == region), None)
        if offer is None:
            raise RegionNotOffered(region=region[:80])
        if not offer.built or offer.wrong is not None:
            raise RegionNotBuilt(region=region)
        return self.built / region

    async def build(self, region: str) -> None:
        """Begin to build a sample; one that was stopped goes on where it was. Raises `RegionNotOffered`, `BuildRuns`."""
        if region not in {each.id for each in self._samples()}:
            raise RegionNotOffered(region=region[:80])
        if self._build is not None and self._build.running:
            raise BuildRuns(region=self._build.region)
        self._build = BuildView(region, 0, 1, Text("آغاز", "Beginning"), 0.0, True, None)
        module = "nazdik.bootstrap.first_run.build_sample"
        self._process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", module, str(self.built), str(self.sources), region, stdout=asyncio.subprocess.PIPE
        )
        task = asyncio.get_running_loop().create_task(self._follow(self._process))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def close(self) -> None:
        """Stop a build that runs; its finished stages are kept."""
        if self._process is not None and self._process.returncode is None:
            self._process.terminate()
            try:
                async with asyncio.timeout(STOPS_WITHIN_S):
                    await self._process.wait()
            except TimeoutError:
                self._process.kill()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _follow(self, process: "asyncio.subprocess.Process") -> None:
        assert self._build is not None and process.stdout is not None
        failed: Text | None = None
        async for line in process.stdout:
            try:
                said = msgspec.json.decode(line[:WORDS_MAX], type=_Said)
            except msgspec.MsgspecError:
                continue  # A library's word; only our own lines count.
            failed = said.failed or failed
            if said.of:
                step = Text(said.fa, said.en)
                # Steps run beside each other; what is shown never goes back.
                share = max(self._build.share, min(1.0, said.share))
                self._build = msgspec.structs.replace(self._build, at=said.at, of=said.of, step=step, share=share)
        code = await process.wait()
        if code and failed is None:
            failed = Text(
                "ساختن منطقه ناتمام ماند؛ ترمینال کارساز را ببینید.", "The build ended early; see the terminal."
            )
        self._build = msgspec.structs.replace(
            self._build, running=False, failed=failed, share=self._build.share if failed else 1.0
        )

    def _samples(self) -> list["sample_regions.Sample"]:
        return [each for each in sample_regions.SAMPLES if not each.for_tests] if self.sources.is_dir() else []


def _sample(region: str, name_fa: str, name_en: str) -> RegionOffer:
    return RegionOffer(region, Text(name_fa, name_en), None, False, True, 0, 0, 0.0)


def _built(folder: Path) -> RegionOffer:
    sample = folder.name in {each.id for each in sample_regions.SAMPLES}
    try:
        region = Region.load(folder)
    except GeoBuildError as error:
        wrong = Text(error.message_fa, error.message_en)
        return RegionOffer(folder.name, Text(folder.name, folder.name), None, True, sample, 0, 0, 0.0, wrong)
    manifest = region.manifest
    notice = Text(manifest.notice_fa, manifest.notice_en or manifest.notice_fa) if manifest.notice_fa else None
    return RegionOffer(
        id=folder.name,
        name=Text(manifest.name_fa, manifest.name_en),
        notice=notice,
        built=True,
        sample=sample,
        counties=manifest.counts.get("counties", 0),
        stations=manifest.counts.get("stations", 0),
        size_mb=round(sum(entry.size for entry in manifest.files.values()) / 1e6, 1),
    )
