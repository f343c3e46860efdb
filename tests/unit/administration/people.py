"""Two administrators, and a short way to let them change a setting."""

from typing import Any

from nazdik.administration.commands import PublishDraft, SaveDraft
from nazdik.bootstrap.administration import rules
from nazdik.dispatch.rules import Rules
from nazdik.kernel import Actor, OfficeId
from tests.town import Town

ONE, TWO = (Actor(f"administrator-{n}", "administrator", OfficeId("p")) for n in (1, 2))


def rules_with(**changed: Any) -> dict[str, Any]:
    """Return whole rules with some parts changed; two underscores go a step down."""
    value = rules.whole(Rules())
    for name, wanted in changed.items():
        part, _, last = name.rpartition("__")
        (value[part] if part else value)[last] = wanted
    return value


def draft(town: Town, value: dict[str, Any] | None, *, subject: str = "p", kind: str = "rules") -> int:
    """Let the first draft a value, and return the draft's revision."""
    town.do(SaveDraft(kind=kind, subject=subject, value=value, why="آزمون"), by=ONE)
    kept = town.writer.state.settings.setting(kind, subject).draft
    assert kept is not None
    return kept.revision


def publish(town: Town, value: dict[str, Any] | None, *, subject: str = "p", kind: str = "rules") -> None:
    """Let the first draft a value and the second publish it."""
    revision = draft(town, value, subject=subject, kind=kind)
    over = town.writer.state.settings.setting(kind, subject).last
    town.do(PublishDraft(kind=kind, subject=subject, revision=revision, over=over), by=TWO)
