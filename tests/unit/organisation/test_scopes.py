"""What each role gets on the stream."""

import pytest

from nazdik.kernel import PersonId, UnitId
from nazdik.organisation.model import Posting, Role
from nazdik.organisation.scopes import (
    followed,
    followed_in_room,
    followed_of_everyone,
    kinds_of,
    scopes_of,
    sees_health,
)
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
    assert followed_of_everyone(role) == kinds & {"condition", "warning", "call_back"}


def test_a_desk_sees_its_office_and_an_officer_their_unit() -> None:
    assert scopes_of(Posting(PersonId("p"), Role.COUNTY_DESK, AHVAZ)) == {"khuzestan.ahvaz"}
    officer = Posting(PersonId("p"), Role.OFFICER, AHVAZ_11, CAR)
    assert scopes_of(officer) == {"unit:khuzestan.u.A12"}


def test_an_officer_is_not_shown_where_everyone_else_is() -> None:
    officer = Posting(PersonId("p"), Role.OFFICER, AHVAZ_11, CAR)
    assert followed(officer) == {"incident", "unit", "crew_detail", "condition", "message", "health"}
    assert "detail" in followed(Posting(PersonId("p"), Role.DISPATCHER, AHVAZ))


def test_a_control_room_hears_alarms_of_every_tier() -> None:
    assert {role for role in Role if "alarm" in followed_in_room(role)} == {Role.CALL_TAKER, Role.DISPATCHER}


@pytest.mark.parametrize(
    ("role", "health"),
    [
        (Role.CALL_TAKER, False),
        (Role.DISPATCHER, True),
        (Role.OFFICER, True),
        (Role.STATION_DESK, True),
        (Role.AUDITOR, False),
        (Role.TRACKER, False),
        (Role.ADMINISTRATOR, False),
    ],
)
def test_health_goes_to_those_who_send_cars(role: Role, health: bool) -> None:
    assert sees_health(role) == health
