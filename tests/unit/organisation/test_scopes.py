"""What each role gets on the stream."""

import pytest

from nazdik.kernel import PersonId, UnitId
from nazdik.organisation.model import Posting, Role
from nazdik.organisation.scopes import kinds_by_scope, kinds_of, redacted, scopes_of, sees_health, sees_positions
from tests.unit.organisation.doubles import AHVAZ, AHVAZ_11

CAR = UnitId("khuzestan.u.A12")
BOARD = {"incident", "unit", "alarm", "condition", "warning", "call_back"}


@pytest.mark.parametrize(
    ("role", "kinds"),
    [
        (Role.CALL_TAKER, BOARD | {"detail", "call", "hand_over"}),
        (Role.DISPATCHER, BOARD | {"detail", "call", "message", "hand_over"}),
        (Role.OFFICER, {"incident", "unit", "detail", "condition", "message"}),
        (Role.STATION_DESK, BOARD | {"detail", "message"}),
        (Role.COUNTY_DESK, BOARD),
        (Role.PROVINCE_DESK, BOARD),
        (Role.NATIONAL_DESK, BOARD),
        (Role.GATEWAY, set()),
        (Role.TRACKER, set()),
        (Role.ADMINISTRATOR, set()),
        (Role.AUDITOR, {"incident", "condition", "warning"}),
    ],
)
def test_each_role_gets_its_kinds(role: Role, kinds: set[str]) -> None:
    assert kinds_of(role) == kinds
    for kind in ("incident", "unit", "alarm", "detail", "call", "condition", "warning", "unheard_of"):
        assert (redacted(kind, {"id": "x"}, role) is not None) == (kind in kinds)


def test_a_desk_sees_its_office_and_an_officer_their_unit() -> None:
    assert scopes_of(Posting(PersonId("p"), Role.COUNTY_DESK, AHVAZ)) == {"khuzestan.ahvaz"}
    officer = Posting(PersonId("p"), Role.OFFICER, AHVAZ_11, CAR)
    assert scopes_of(officer) == {"unit:khuzestan.u.A12"}
    assert kinds_by_scope(officer) == {"unit:khuzestan.u.A12": {"incident", "unit", "detail", "condition", "message"}}


def test_an_officer_is_not_shown_where_everyone_else_is() -> None:
    view = {"id": "i", "narrative": "درگیری", "recommendation": {"candidates": []}}
    assert redacted("detail", view, Role.OFFICER) == {"id": "i", "narrative": "درگیری", "recommendation": None}
    assert redacted("detail", view, Role.DISPATCHER) == view
    assert view["recommendation"] == {"candidates": []}, "the shared view is left alone"


@pytest.mark.parametrize(
    ("role", "positions", "health"),
    [
        (Role.CALL_TAKER, True, False),
        (Role.DISPATCHER, True, True),
        (Role.OFFICER, True, True),
        (Role.STATION_DESK, True, True),
        (Role.AUDITOR, False, False),
        (Role.TRACKER, False, False),
        (Role.ADMINISTRATOR, False, False),
    ],
)
def test_positions_and_health_go_to_those_who_send_cars(role: Role, positions: bool, health: bool) -> None:
    assert (sees_positions(role), sees_health(role)) == (positions, health)
