"""Under a short, small load nothing is lost: every call's offer is on exactly one screen, and every position counts."""

import importlib.util
import sys
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).parent.parent.parent
CALLS_PER_S = 5.0
SECONDS = 6.0


@pytest.fixture(scope="module")
def bench(monkeypatch_module: pytest.MonkeyPatch) -> ModuleType:
    monkeypatch_module.syspath_prepend(str(ROOT / "benchmarks"))
    # Processes that it spawns look for it by this name.
    spec = importlib.util.find_spec("call_to_offer")
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules["call_to_offer"] = module
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def monkeypatch_module():  # type: ignore[no-untyped-def]
    with pytest.MonkeyPatch.context() as patch:
        yield patch


@pytest.mark.slow
def test_every_offer_reaches_one_handheld_and_nothing_is_lost(
    bench: ModuleType, built_region: Callable[[str], Path]
) -> None:
    built_region("khuzestan")
    with bench.server(300, 300) as (load, settled):
        seen = bench.measure(load, settled, [CALLS_PER_S], SECONDS, settle_s=6.0)

    assert len(seen.calls) >= CALLS_PER_S * SECONDS / 3, "calls were sent"
    sent = [assignment for call in seen.calls for assignment in call.assignments]
    assert all(call.assignments for call in seen.calls), "300 free units: each call gets one"
    screens = Counter(assignment for assignment, _, _ in seen.officers["offers"])
    assert {assignment: screens[assignment] for assignment in sent} == dict.fromkeys(sent, 1)

    incidents = {call.incident for call in seen.calls}
    for desk in ("dispatcher", "province_desk", "national_desk"):
        assert incidents <= set(seen.boards["seen"][desk]), f"{desk} saw every offer go out"

    assert seen.gateway["believed_share"] == 1.0, "every position is believed"
    assert seen.officers["gaps"] == 0 and seen.boards["gaps"] == 0, "each change follows the one before it"
    assert seen.officers["open"] == seen.officers["of"] == 300, "no line was cut"
    for statuses in (seen.caller_statuses, seen.officers["statuses"], seen.gateway["statuses"]):
        assert not [status for status in statuses if status >= 400], statuses
