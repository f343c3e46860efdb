"""What a handheld says of itself at the start of duty: whether an offer would ring there, and what else works."""

from nazdik.dispatch import commands as c
from nazdik.dispatch import events as e
from nazdik.dispatch.errors import SelfTestInvalid
from nazdik.dispatch.unfolding import Unfolding, check_text
from nazdik.dispatch.vocabulary import HANDHELD_CHECKS

VERSION_MAX = 40


def record_self_test(u: Unfolding, command: c.RecordSelfTest) -> None:
    """Keep how a self-test came out. It is recorded off duty too: the test comes before the first duty of a shift."""
    unit = u.unit(command.unit_id)
    check_text("app_version", command.app_version, VERSION_MAX)
    names = [check.name for check in command.checks]
    if not names or len(set(names)) < len(names) or not HANDHELD_CHECKS.issuperset(names):
        raise SelfTestInvalid(checks=sorted(HANDHELD_CHECKS))
    u.add(
        e.HandheldTested(
            at=u.at,
            unit_id=unit.id,
            checks=command.checks,
            app_version=command.app_version,
            device_at=u.ctx.device_at,
        )
    )
