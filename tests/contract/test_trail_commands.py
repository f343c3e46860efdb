"""`nazdik trail` asks a running server: it signs in, is refused in words, and what it tells was audited."""

import json
import stat
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from nazdik.cli import app
from tests.contract.test_people_commands import PASSWORD, added
from tests.server import HERE, PROVINCE, Seat, Server

UNIT = f"{PROVINCE}.u.A22"


def trail(server: Server, *words: str, typed: str = "") -> Result:
    return CliRunner().invoke(app, ["trail", *words, "--server", server.address], input=typed)


def span() -> list[str]:
    now = datetime.now(UTC)
    return ["--since", (now - timedelta(hours=1)).isoformat(), "--until", (now + timedelta(seconds=30)).isoformat()]


@pytest.fixture
def seen(server: Server, desk: Seat, crew: Callable[[str], Seat]) -> str:
    """A unit that is on an incident and has reported once; return the incident."""
    officer = crew("A22")
    officer.done(f"/v1/units/{UNIT}/duty", {"on": True})
    incident = desk.incident()
    desk.done(f"/v1/incidents/{incident}/assignments", {"units": [UNIT]})
    fix = {"lon": HERE[0], "lat": HERE[1], "at": datetime.now(UTC).isoformat(), "speed_m_per_s": 5.0}
    officer.http.post("/v1/positions", json=[fix])
    return incident


def test_a_units_past_is_told_and_who_looked_is_too(server: Server, seen: str, desk: Seat, tmp_path: Path) -> None:
    name, auditor = added(server), added(server, "auditor")
    said = trail(server, "unit", UNIT, *span(), "--purpose", "a lost radio", "--name", name, typed=f"{PASSWORD}\n")
    assert said.exit_code == 0, said.output
    assert f"{HERE[0]:.6f} {HERE[1]:.6f}  road" in said.output and "18 km/h" in said.output
    assert "no position until" in said.output
    told = trail(server, "reads", UNIT, "--name", auditor, typed=f"{PASSWORD}\n")
    assert name in told.output and "a lost radio" in told.output
    path = tmp_path / "incident.json"
    words = ["incident", seen, "--purpose", "debriefing", "--name", name, "--json", str(path)]
    said = trail(server, *words, typed=f"{PASSWORD}\n")
    assert said.exit_code == 0, said.output
    assert json.loads(path.read_text(encoding="utf-8"))["tracks"][0]["call_sign"] == "A22"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    said = trail(server, "incident", seen, "--purpose", "debriefing", "--name", name, typed=f"{PASSWORD}\n")
    assert "sent" in said.output and "A22" in said.output
    desk.done(f"/v1/incidents/{seen}/cancel", {"reason": "test"})


def test_refusals_are_said_in_words(server: Server) -> None:
    asked = ["unit", UNIT, *span(), "--purpose", "a lost radio"]
    said = trail(server, *asked)
    assert said.exit_code == 2 and "say who you are" in said.output
    said = trail(server, *asked, "--name", "nobody-at-all", typed="wrong wrong wrong\n")
    assert said.exit_code == 2 and "auth.wrong_name_or_password" in said.output
    said = trail(server, *asked, "--seat", "king")
    assert said.exit_code == 2 and "demo.seat_not_found" in said.output and "چنین جایگاهی نیست" in said.output
    said = trail(server, *asked, "--seat", f"call_taker:{PROVINCE}")
    assert said.exit_code == 2 and "organisation.role_may_not" in said.output
    name = added(server)
    said = trail(server, *asked[:-2], "--purpose", " ", "--name", name, typed=f"{PASSWORD}\n")
    assert said.exit_code == 2 and "organisation.purpose_needed" in said.output
    said = CliRunner().invoke(app, ["trail", *asked, "--server", "http://127.0.0.1:9", "--seat", "x"])
    assert said.exit_code == 2 and "did not answer" in said.output
