"""Who has a live screen: a line that is closed, a machine that says nothing any more, a desk at another node."""

from nazdik.bootstrap.screens import ELSEWHERE_WITHIN_S, HERE_WITHIN_S, Screens
from nazdik.platform.clock import VirtualClock
from tests.town import START


def test_a_line_that_is_open_to_a_dead_machine_is_no_screen() -> None:
    clock = VirtualClock(START)
    screens = Screens(clock)
    with screens.opened("desk", at_desk=True) as screen:
        clock.advance_s(3_600)
        assert screens.are_open("desk"), "a board never says that it is there"
        screens.here(screen)
        clock.advance_s(HERE_WITHIN_S)
        assert screens.are_open("desk") and screens.desks_here() == ["desk"]
        clock.advance_s(60)
        assert not screens.are_open("desk") and screens.desks_here() == []
        assert screens.gone_for_s("desk") == HERE_WITHIN_S + 60
        with screens.opened("desk", at_desk=True):
            assert screens.gone_for_s("desk") == 0, "the page was read again, the old line still hangs"
        clock.advance_s(30)
        assert screens.gone_for_s("desk") == 30
    clock.advance_s(5)
    assert screens.gone_for_s("desk") == 35, "that the old line ends at last brings nobody back"


def test_a_line_that_closes_after_it_fell_silent_was_there_until_then() -> None:
    clock = VirtualClock(START)
    screens = Screens(clock)
    clock.advance_s(3_600)
    with screens.opened("desk", at_desk=True) as screen:
        screens.here(screen)
        clock.advance_s(HERE_WITHIN_S + 10)
    assert screens.gone_for_s("desk") == HERE_WITHIN_S + 10, "not since this server began"


def test_a_desk_at_another_node_is_there_for_as_long_as_that_node_says_so() -> None:
    clock = VirtualClock(START)
    screens = Screens(clock)
    clock.advance_s(500)
    screens.seen_elsewhere("desk")
    assert screens.are_open("desk") and screens.desks_here() == []
    clock.advance_s(ELSEWHERE_WITHIN_S + 1)
    assert screens.gone_for_s("desk") == ELSEWHERE_WITHIN_S + 1
    assert screens.gone_for_s("nobody") == 500 + ELSEWHERE_WITHIN_S + 1, "since this server began"
