"""
An incident that moves to another county, is lent, passed on and taken back, with crews on it and desks watching: somebody
always answers for it, and nobody holds a word that is no longer theirs, at any instant.
"""

from types import SimpleNamespace
from typing import Any, cast

from hypothesis import given, settings
from hypothesis import strategies as st

from nazdik.bootstrap.desk import subscription_of
from nazdik.bootstrap.door import House
from nazdik.bootstrap.province_state import ProvinceState
from nazdik.dispatch.model import TaskingMode
from nazdik.kernel import ProvinceId
from nazdik.platform.eventlog.machine import Batch
from tests.property.strategies import OFFICES, Step, new_town, play
from tests.property.test_live_streams import Client
from tests.property.test_province_streams import POSTINGS, TREE, StreamedTown, expected, secrets_in

_n = st.integers(0, 7)
_east = st.sampled_from([500.0, 2500.0, 6000.0, 16_000.0])
_offices = st.sampled_from(OFFICES)
_acts = st.sampled_from(["delegate", "take_back", "pass_on", "monitor", "leave"])
_moves = st.one_of(
    st.tuples(st.just("place"), _n, _east),
    st.tuples(st.just("place"), _n, _east),
    st.tuples(st.just("office"), _n, _acts, _offices, _offices),
    st.tuples(st.just("office"), _n, _acts, _offices, _offices),
    st.tuples(st.just("incident"), st.just("fight"), _east, st.sampled_from([1, 3])),
    st.tuples(st.just("assign"), _n, st.lists(_n, min_size=1, max_size=2), st.booleans()),
    st.tuples(st.just("withdraw"), _n),
    st.tuples(st.just("note"), _n),
    st.tuples(st.just("answer"), _n, st.just(("accept", True)), st.booleans()),
    st.tuples(st.just("step"), _n, st.sampled_from(["en_route", "on_scene", "clear"]), st.booleans()),
    st.tuples(st.just("end"), _n, st.sampled_from(["close", "reopen"])),
)
moves = st.lists(_moves, min_size=10, max_size=30)


def answers_for(state: ProvinceState) -> dict[str, bool]:
    """For each open incident, whether an office that can act has it: its station, where its place is known."""
    found = {}
    for incident in state.world.incidents.values():
        if not incident.ended:
            manage = {tasking.office for tasking in incident.taskings if tasking.mode is TaskingMode.MANAGE}
            found[str(incident.id)] = bool(manage) and (incident.station is None or bool(incident.taskings))
    return found


class WatchedTown(StreamedTown):
    """Looks after every batch, before anybody else could act."""

    clients: tuple[Client, ...] = ()

    def _committed(self, batch: Batch[ProvinceState]) -> None:
        super()._committed(batch)
        assert all(answers_for(batch.after).values()), "nobody answers for an incident"
        for client, posting in zip(self.clients, POSTINGS, strict=False):
            client.read()
            assert set(client.held["p"]) == expected(batch.after, posting), posting.role
            assert secrets_in(client.held["p"], posting) == []


@settings(max_examples=60, deadline=None)
@given(moves)
def test_however_an_incident_moves_somebody_answers_for_it_and_nobody_sees_too_much(script: list[Step]) -> None:
    town = new_town(WatchedTown)
    assert isinstance(town, WatchedTown)
    house = House(rooms={ProvinceId("p"): cast(Any, SimpleNamespace())}, offices=TREE, clock=town.clock)
    clients = [Client(subscription_of(posting, house)) for posting in POSTINGS]
    for client in clients:
        client.connection = town.hub.connect(client.subscription)
        town.hub.begin(client.connection, client.at)
        client.read()
    town.clients = tuple(clients)
    play(town, ("incident", "fight", 500.0, 1))
    for step in script:
        play(town, step)
