"""What follows for a case when what is known of it, or of who serves where, has changed. Pure."""

from collections.abc import Iterator

from nazdik.kernel import Context, PersonId
from nazdik.oversight import events as e
from nazdik.oversight.closure import sees
from nazdik.oversight.evolution import evolve
from nazdik.oversight.model import Case, State
from nazdik.oversight.routing import route_of


def rerouted(state: State, case: Case, ctx: Context, *, always: bool = False) -> Iterator[e.Event]:
    """Yield where a case goes now, if that is elsewhere or shut to others, and that a handler who is not free lets go."""
    route = route_of(case, state.register)
    moved = always or (route.office, route.passed, route.barred) != (case.office, case.route, case.barred)
    if moved:
        routed = e.CaseRouted(
            at=ctx.at, by="system", case_id=case.id, office=route.office, passed=route.passed, barred=route.barred
        )
        yield routed
        state = evolve(state, routed)
    if case.handler and not sees(state.cases[case.id], PersonId(case.handler), ctx.at, state.register):
        yield e.HandlerAssigned(at=ctx.at, by="system", case_id=case.id, handler="")
