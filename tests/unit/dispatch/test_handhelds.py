"""What a handheld says of itself at the start of duty."""

import pytest

from nazdik.bootstrap.snapshots import restore, snapshot
from nazdik.dispatch import commands as c
from nazdik.dispatch import errors
from nazdik.dispatch.field_model import HandheldCheck
from nazdik.dispatch.projections import unit_view
from nazdik.kernel import UnitId
from tests.town import Town, officer

MUTE = (HandheldCheck("sound", "failed"), HandheldCheck("location", "ok", 3.5), HandheldCheck("battery", "unknown"))


def say(town: Town, unit: UnitId, checks: tuple[HandheldCheck, ...] = MUTE) -> None:
    town.do(c.RecordSelfTest(unit_id=unit, checks=checks, app_version="0.1.0"), by=officer(unit))


def test_a_self_test_is_kept_and_the_desk_sees_what_failed() -> None:
    town = Town()
    unit = town.unit("A01", 1000)
    assert unit_view(town.world, town.car(unit), 0).tested is None
    say(town, unit)
    view = unit_view(town.world, town.car(unit), 0).tested
    assert view is not None
    assert (view.failed, view.app_version) == (("sound",), "0.1.0")
    say(town, unit, (HandheldCheck("sound", "ok"),))
    again = unit_view(town.world, town.car(unit), 0).tested
    assert again is not None and again.failed == ()


def test_a_self_test_outlasts_duty_and_a_restart() -> None:
    town = Town()
    unit = town.unit("A01", 1000)
    say(town, unit)
    town.do(c.EndDuty(unit_id=unit), by=officer(unit))
    assert town.car(unit).tested is not None
    assert restore(snapshot(town.writer.state)).world.units[unit].tested == town.car(unit).tested


@pytest.mark.parametrize(
    "checks",
    [(), (HandheldCheck("sound", "ok"), HandheldCheck("sound", "failed")), (HandheldCheck("horn", "ok"),)],
)
def test_what_is_no_self_test_is_refused(checks: tuple[HandheldCheck, ...]) -> None:
    town = Town()
    unit = town.unit("A01", 1000)
    with pytest.raises(errors.SelfTestInvalid):
        say(town, unit, checks)
    assert town.car(unit).tested is None
