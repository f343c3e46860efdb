"""Subscribe and notify by the rules of NENA-STA-024.1a, without a socket."""

import itertools
import json
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from nazdik.interchange.conveyance import Line, Notify
from nazdik.kernel import IncidentId, Instant
from nazdik.kernel.instant import plus_s
from tests.interfaces import samples

NOW = Instant(1_795_223_709_000_000)
ONE, TWO, OVER = IncidentId("k.i1"), IncidentId("k.i2"), IncidentId("k.i3")
SUBSCRIBE: dict[str, Any] = json.loads(samples("eido", "json")[0])["subscribe"]


class Told:
    """A source with two active incidents and one that ended."""

    def __init__(self, *active: IncidentId) -> None:
        self.now_active = list(active)
        self.ended: dict[IncidentId, Instant] = {OVER: NOW}

    def active(self) -> list[IncidentId]:
        return self.now_active

    def find(self, name: str) -> tuple[IncidentId, Instant | None] | None:
        own = IncidentId(name)
        return (own, self.ended.get(own)) if own in (*self.now_active, *self.ended) else None


def line(*active: IncidentId) -> Line:
    ids = itertools.count(1)
    return Line(Told(*active), lambda: f"n{next(ids)}")


def said(to: Line, now: Instant = NOW, **body: Any) -> dict[str, Any]:
    (answer,) = (to.hear(json.dumps({"subscribe": {**SUBSCRIBE, **body}}), now) or {}).values()
    return dict(answer)


def told(by: Line, now: Instant = NOW) -> list[tuple[IncidentId, ...]]:
    return [one.incidents for one in by.due(now) if isinstance(one, Notify)]


def test_new_sends_everything_active_at_once_and_an_empty_event_when_there_is_nothing() -> None:
    some, none = line(ONE, TWO), line()
    assert said(some)["statusCode"] == said(none)["statusCode"] == 200
    assert told(some) == [(ONE, TWO)] and told(none) == [()]
    assert told(some) == told(none) == []


def test_an_incident_that_changes_often_while_the_line_is_slow_is_sent_once() -> None:
    to = line(ONE)
    said(to)
    told(to)
    for _ in range(10):
        to.changed([ONE, TWO])
    assert told(to) == [(ONE, TWO)]


def test_a_single_subscription_hears_of_its_incident_alone() -> None:
    to = line(ONE, TWO)
    said(to, requestSubType="single", incidentId=ONE)
    assert told(to) == [(ONE,)]
    to.changed([TWO])
    assert told(to) == []
    to.changed([ONE])
    assert told(to) == [(ONE,)]


def test_a_closed_incident_is_told_once_for_five_minutes_and_then_is_not_there() -> None:
    to = line()
    assert said(to, plus_s(NOW, 299), requestSubType="single", incidentId=OVER)["statusCode"] == 200
    assert told(to) == [(OVER,)]
    to.changed([OVER])
    assert told(to) == []
    assert said(to, plus_s(NOW, 301), requestSubType="single", incidentId=OVER)["statusCode"] == 404


def test_silence_is_broken_at_the_asked_rate_and_the_end_comes_when_it_was_said() -> None:
    to = line(ONE)
    own = said(to, minRate=20, expires=50)["subscriptionId"]
    told(to)
    assert told(to, plus_s(NOW, 19)) == [] and told(to, plus_s(NOW, 20)) == [()]
    assert to.due(plus_s(NOW, 51))[-1] == {"terminate": {"subscriptionId": own, "reason": "Expired"}}
    assert to.finished


def test_a_renewal_moves_the_end_and_sends_nothing_again() -> None:
    to = line(ONE)
    own = said(to, expires=50)["subscriptionId"]
    told(to)
    renewed = said(to, plus_s(NOW, 40), subscriptionId=own, expires=50, requestSubType="single", incidentId=TWO)
    assert (renewed["statusCode"], renewed["subscriptionId"]) == (200, own)
    assert told(to, plus_s(NOW, 60)) == [()]  # the rate of the sample, not the incident again
    assert not to.finished
    assert said(to, subscriptionId="made-up")["statusCode"] == 481


def test_unsubscribing_ends_it_and_a_second_time_there_is_nothing_to_end() -> None:
    to = line(ONE)
    own = said(to)["subscriptionId"]
    gone = json.dumps({"unsubscribe": {"requestId": "r-2", "subscriptionId": own}})
    assert (to.hear(gone, NOW) or {})["unsubscribeResponse"]["statusCode"] == 200
    assert to.finished and told(to) == []
    assert (to.hear(gone, NOW) or {})["unsubscribeResponse"]["statusCode"] == 481


def test_each_wrong_request_gets_its_own_code() -> None:
    to = line(ONE)
    assert said(to, requestType="DIR")["statusCode"] == 501
    assert said(to, requestSubType="all")["statusCode"] == 501
    assert said(to, qualFilter={"x": 1})["statusCode"] == 501
    assert said(to, requestAccepts="text/xml")["statusCode"] == 406
    assert said(to, requestId=None)["statusCode"] == 400
    assert said(to, expires="long")["statusCode"] == 400
    assert said(to, requestSubType="single", incidentId="made-up")["statusCode"] == 404
    assert said(to, pad="x" * 65_536)["statusCode"] == 413
    assert [said(to)["statusCode"] for _ in range(33)] == [200] * 32 + [503]


def test_a_request_of_65536_bytes_is_taken() -> None:
    body = {"subscribe": {**SUBSCRIBE, "pad": ""}}
    body["subscribe"]["pad"] = "x" * (65_536 - len(json.dumps(body)))
    text = json.dumps(body)
    assert len(text) == 65_536
    assert (line().hear(text, NOW) or {})["subscribeResponse"]["statusCode"] == 200


anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=15), inner, max_size=3),
    max_leaves=8,
)


@settings(max_examples=200, deadline=None)
@given(st.data())
def test_whatever_is_said_the_line_goes_on(data: st.DataObject) -> None:
    to = line(ONE)
    for _ in range(3):
        verb = data.draw(st.sampled_from(["subscribe", "unsubscribe", "terminate", "eventResponse", "else"]))
        fields = data.draw(st.dictionaries(st.sampled_from(sorted(SUBSCRIBE)), anything, max_size=4))
        text = data.draw(
            st.just(json.dumps({verb: {**SUBSCRIBE, **fields}})) | anything.map(json.dumps) | st.binary(max_size=40)
        )
        to.hear(text, NOW)
        to.due(NOW)
