"""The dictionary of a real server: guessed with, drafted, tried, published, taken back; and what a call keeps of it."""

from collections.abc import Callable
from typing import Any

import pytest

from tests.contract.test_people_commands import added, signed_in
from tests.server import PROVINCE, Seat, Server, problem

HERE = [51.3750, 35.7050]
BOOK = f"/v1/provinces/{PROVINCE}/guide"


@pytest.fixture
def keeper(server: Server) -> Seat:
    """The province's desk, which keeps the books."""
    return server.seat(f"province_desk:{PROVINCE}")


def book_of(seat: Seat) -> dict[str, Any]:
    return next(book for book in seat.get(BOOK).json()["books"] if book["book"] == "words")


def test_a_guess_names_its_reasons_and_its_version(taker: Seat) -> None:
    found = taker.done("/v1/kinds/guess", {"text": "با چاقو آمده", "limit": 2})
    first = found["guesses"][0]
    assert (first["code"], first["priority"]) == ("fight_weapon", 1)
    assert first["reasons"][0]["typed"] == "چاقو" and first["reasons"][0]["gloss"] == "knife"
    assert found["version"] == book_of(taker)["version"]


def test_who_has_not_signed_in_may_not_ask(nobody: Seat) -> None:
    assert nobody.post("/v1/kinds/guess", {"text": "دعوا"}).status_code == 401
    assert nobody.get(BOOK).status_code == 401


def test_a_dictionary_goes_from_draft_to_force_and_back_and_calls_keep_their_version(keeper: Seat, taker: Seat) -> None:
    shipped = keeper.get(f"{BOOK}/words", params={"version": 0}).json()
    entries = [*shipped["content"]["entries"], {"text": "بلبشوی تازه", "kind": "crowd", "weight": 9}]
    call = taker.done("/v1/calls", {"number": "09120000001"})["call_id"]
    taker.done(f"/v1/calls/{call}/answer")
    before = taker.done("/v1/kinds/guess", {"text": "بلبشوی تازه"})
    assert before["guesses"] == []

    drafted = keeper.done(f"{BOOK}/words/draft", {"entries": entries})
    assert drafted["events"] == ["guide.draft_saved.v1"]
    assert taker.done("/v1/kinds/guess", {"text": "بلبشوی تازه"})["guesses"] == []
    difference = keeper.get(f"{BOOK}/words/difference").json()
    assert len(difference["added"]) == 1 and difference["removed"] == [] and "بلبشوی" in difference["added"][0]
    tried = keeper.done(f"{BOOK}/words/try", {})
    assert tried["trial"]["first"] == tried["trial"]["first_before"] == tried["trial"]["sentences"]
    revision = book_of(keeper)["draft"]["revision"]
    refused = keeper.post(f"{BOOK}/words/publish", {"revision": revision + 1})
    assert (refused.status_code, refused.json()["code"]) == (409, "guide.draft_changed")
    keeper.done(f"{BOOK}/words/publish", {"revision": revision, "note": "آزمون"})
    try:
        after = taker.done("/v1/kinds/guess", {"text": "بلبشوی تازه"})
        assert after["guesses"][0]["code"] == "crowd" and after["version"] != before["version"]
        guessed = {"kind": "crowd", "words": ["بلبشوی تازه"], "version": after["version"]}
        taker.done(
            f"/v1/calls/{call}/classification",
            {"kind": "crowd", "point": HERE, "narrative": "بلبشوی تازه", "guessed": guessed},
        )
        going = keeper.get(f"{BOOK}/words/difference", params={"to": 0}).json()
        assert (going["revision"], going["added"]) == (0, []) and "بلبشوی" in going["removed"][0]
        assert [line["after"]["fa"] for line in going["lines"]] == ["—"]
        missing = keeper.get(f"{BOOK}/words/difference", params={"to": 999})
        assert (missing.status_code, missing.json()["code"]) == (404, "guide.version_not_found")
    finally:
        keeper.done(f"{BOOK}/words/roll-back", {"to": 0})
    assert taker.done("/v1/kinds/guess", {"text": "بلبشوی تازه"})["guesses"] == []
    kept = next(c for c in taker.get("/v1/calls").json()["calls"] if c["id"] == call)
    assert kept["guessed"] == guessed, "the call says what it was guessed with, whatever is in force now"


def test_a_worse_draft_is_published_only_when_that_is_said(keeper: Seat) -> None:
    keeper.done(f"{BOOK}/words/draft", {"entries": [{"text": "دعوا", "kind": "fight"}]})
    revision = book_of(keeper)["draft"]["revision"]
    refused = keeper.post(f"{BOOK}/words/publish", {"revision": revision})
    assert (refused.status_code, refused.json()["code"]) == (409, "guide.draft_worse")
    keeper.done(f"{BOOK}/words/draft/drop", {})
    assert keeper.post(f"{BOOK}/words/draft/drop", {}).json()["code"] == "guide.no_draft"


def test_bad_rows_are_named(keeper: Seat) -> None:
    refused = keeper.post(f"{BOOK}/words/draft", {"entries": [{"text": "دعوا", "kind": "war"}]})
    assert refused.status_code == 422
    assert refused.json()["details"]["rows"] == ["entry 1: no such kind"]


def test_only_who_keeps_the_books_changes_them(taker: Seat, desk: Seat, crew: Callable[[str], Seat]) -> None:
    for seat in (taker, desk):
        assert seat.post(f"{BOOK}/words/draft", {"entries": []}).status_code == 403
        assert seat.post(f"{BOOK}/words/roll-back", {"to": 1}).status_code == 403
        assert seat.post(f"{BOOK}/words/publish", {"revision": 1}).status_code == 403
    assert crew("A08").get(BOOK).status_code == 403
    assert taker.get("/v1/provinces/nowhere/guide").status_code == 404
    assert taker.get(f"{BOOK}/recipes").status_code in (400, 404, 422)


def test_answers_reach_the_desk_the_timeline_and_the_crew_and_a_priority_is_only_proposed(
    taker: Seat, desk: Seat, keeper: Seat
) -> None:
    asked = taker.get("/v1/questions").json()
    weapon = next(q for q in asked["sets"]["fight"]["questions"] if q["id"] == "weapon")
    assert [option["key"] for option in weapon["options"]] == ["gun", "blade", "none", "unknown"]
    call = taker.done("/v1/calls", {"number": "09120000002"})["call_id"]
    taker.done(f"/v1/calls/{call}/answer")
    answers = [{"question": "weapon", "option": "blade"}]
    incident = taker.done(f"/v1/calls/{call}/classification", {"kind": "fight", "point": HERE, "answers": answers})[
        "incident_id"
    ]
    told = desk.get(f"/v1/incidents/{incident}").json()
    assert (told["priority"], told["proposed_priority"]) == (2, 1)
    detail = desk.get(f"/v1/incidents/{incident}/detail").json()
    assert [(a["question"], a["option"], a["fa"]) for a in detail["answers"]] == [("weapon", "blade", "سلاح سرد")]
    names = [entry["name"] for entry in desk.get(f"/v1/incidents/{incident}/timeline").json()["entries"]]
    assert "dispatch.questions_answered.v1" in names and "intake.questions_answered.v1" in names
    refused = desk.post(f"/v1/incidents/{incident}/answers", {"answers": [{"question": "age", "option": "x"}]})
    assert (refused.status_code, refused.json()["code"]) == (422, "dispatch.question_unknown")
    desk.done(f"/v1/incidents/{incident}/answers", {"answers": [{"question": "weapon", "option": "none"}]})
    assert desk.get(f"/v1/incidents/{incident}").json()["proposed_priority"] is None
    board = keeper.get(f"/v1/incidents/{incident}/timeline").json()["entries"]
    assert all("answers" not in entry["data"] for entry in board), "boards above the station read no answers"


def test_questions_are_drafted_and_published_like_words(keeper: Seat, taker: Seat) -> None:
    options = [{"key": "yes", "fa": "بله", "en": "Yes", "points": 9}, {"key": "no", "fa": "نه", "en": "No"}]
    sets = [{"kind": "noise", "questions": [{"id": "gun", "fa": "تیر؟", "en": "Shots?", "options": options}]}]
    keeper.done(f"{BOOK}/questions/draft", {"sets": sets})
    book = next(b for b in keeper.get(BOOK).json()["books"] if b["book"] == "questions")
    assert keeper.post(f"{BOOK}/questions/try", {}).json()["code"] == "guide.nothing_to_try"
    keeper.done(f"{BOOK}/questions/publish", {"revision": book["draft"]["revision"]})
    try:
        assert list(taker.get("/v1/questions").json()["sets"]) == ["noise"]
    finally:
        keeper.done(f"{BOOK}/questions/roll-back", {"to": 0})
    assert "fight" in taker.get("/v1/questions").json()["sets"]


def test_a_countys_plan_is_drafted_by_one_and_published_by_another_and_told_with_the_incident(
    server: Server, desk: Seat
) -> None:
    drafter, reader = (signed_in(server, added(server, "province_desk")) for _ in range(2))
    station = desk.get("/v1/incidents/" + desk.incident("noise", point=HERE)).json()["station"]
    county = station.rpartition(".")[0]
    rule = {
        "id": "noise-1",
        "kind": "noise",
        "office": county,
        "needs": [{"skill": "patrol", "units": 2}],
        "since": "2026-01-01T00:00:00+03:30",
        "note": "آزمون",
    }
    bad = drafter.post(f"{BOOK}/plans/draft", {"rules": [{**rule, "office": "khuzestan.nowhere"}]})
    assert bad.json()["details"]["rows"] == ["rule 1: no such office here"]
    drafter.done(f"{BOOK}/plans/draft", {"rules": [rule]})
    revision = next(b for b in drafter.get(BOOK).json()["books"] if b["book"] == "plans")["draft"]["revision"]
    refused = drafter.post(f"{BOOK}/plans/publish", {"revision": revision})
    assert (refused.status_code, refused.json()["code"]) == (409, "guide.second_person_needed")
    reader.done(f"{BOOK}/plans/publish", {"revision": revision})
    try:
        incident = desk.get("/v1/incidents/" + desk.incident("noise", point=HERE)).json()
        assert incident["units_needed"] == 2
        assert (incident["plan"]["rule"], incident["plan"]["office"]) == ("noise-1", county)
        assert incident["plan"]["needs"] == [{"skill": "patrol", "units": 2}]
    finally:
        reader.done(f"{BOOK}/plans/roll-back", {"to": 0})
    held = drafter.get(f"{BOOK}/plans", params={"version": 1}).json()["content"]["rules"][0]
    assert held["since"] == "2025-12-31T20:30:00.000Z"


def test_drafted_plans_are_tried_on_what_was(keeper: Seat, desk: Seat) -> None:
    plans = f"/v1/provinces/{PROVINCE}/guide/plans"
    problem(keeper.get(f"/v1/provinces/{PROVINCE}/guide/words/past"), 404, "guide.nothing_to_try")
    desk.incident("fight")
    rule = {"id": "r", "kind": "fight", "office": PROVINCE, "needs": [{"skill": "patrol", "units": 4}]}
    keeper.done(f"{plans}/draft", {"rules": [rule]})
    said = keeper.get(f"{plans}/past").json()
    assert said["incidents"] >= said["other"] >= 1
    (row,) = [row for row in said["rows"] if row["kind"]["en"] == "Fight"]
    assert (row["before"]["en"], row["after"]["en"], row["units"]) == ("1 patrol", "4 patrol", 3)
    keeper.done(f"{plans}/draft/drop")


def test_the_nations_plan_is_drafted_read_published_and_holds_under_a_provinces_own(
    server: Server, keeper: Seat, desk: Seat
) -> None:
    first, second = server.seat("administrator:iran"), server.seat("administrator:iran:2")
    nation = "/v1/provinces/iran/guide"
    problem(keeper.get(nation), 403, "organisation.not_your_office")
    problem(keeper.get(f"{nation}/plans"), 403, "organisation.not_your_office")
    problem(keeper.post(f"{nation}/plans/draft", {"rules": []}), 403, "organisation.not_your_office")
    rule = {"id": "n1", "kind": "noise", "office": "iran", "needs": [{"skill": "patrol", "units": 2}], "note": "سراسری"}
    problem(
        first.post(f"{nation}/plans/draft", {"rules": [{**rule, "office": PROVINCE}]}), 422, "guide.content_invalid"
    )
    problem(keeper.post(f"{BOOK}/plans/draft", {"rules": [rule]}), 422, "guide.content_invalid")
    first.done(f"{nation}/plans/draft", {"rules": [rule]})
    (held,) = [book for book in first.get(nation).json()["books"] if book["book"] == "plans"]
    assert held["second_person"] and held["draft"]["by"] == "seat:administrator:iran"
    (line,) = first.get(f"{nation}/plans/difference").json()["lines"]
    assert "2 patrol" in line["after"]["en"]
    assert first.get(f"{nation}/plans/past").json()["revision"] == held["draft"]["revision"]
    read = {"revision": held["draft"]["revision"], "note": "همه"}
    problem(first.post(f"{nation}/plans/publish", read), 409, "guide.second_person_needed")
    second.done(f"{nation}/plans/publish", read)
    try:
        told = keeper.get(f"{BOOK}/plans").json()
        assert told["content"]["rules"] == [] and told["nations"]["rules"][0]["id"] == "n1", "whose it is"
        assert next(b for b in keeper.get(BOOK).json()["books"] if b["book"] == "plans")["nations_version"] == "n1"
        plan = desk.get(f"/v1/incidents/{desk.incident('noise')}").json()["plan"]
        assert (plan["office"], plan["rule"], plan["version"]) == ("iran", "n1", "n1")
        assert first.get(nation).json()["books"][0]["behind"] == []
    finally:
        second.done(f"{nation}/plans/roll-back", {"to": 0, "note": "پایان آزمون"})
    assert keeper.get(f"{BOOK}/plans").json()["nations"] is None
    assert desk.get(f"/v1/incidents/{desk.incident('noise')}").json()["plan"]["rule"] is None


def test_the_nations_words_and_questions_reach_a_province_but_where_it_says_so_itself(
    server: Server, keeper: Seat, taker: Seat
) -> None:
    first, second = server.seat("administrator:iran"), server.seat("administrator:iran:2")
    nation = "/v1/provinces/iran/guide"

    def publish(whose: str, drafter: Seat, reader: Seat, book: str, body: dict[str, Any]) -> None:
        drafter.done(f"{whose}/{book}/draft", body)
        held = next(b for b in drafter.get(whose).json()["books"] if b["book"] == book)
        reader.done(f"{whose}/{book}/publish", {"revision": held["draft"]["revision"], "even_if_worse": True})

    def floors() -> dict[str, int | None]:
        found = taker.get("/v1/questions").json()["sets"]
        return {kind: found[kind].get("floor") for kind in ("fight", "crowd") if kind in found}

    sets = [{**one, "floor": 1} for one in first.get(f"{nation}/questions").json()["content"]["sets"]]
    words = first.get(f"{nation}/words").json()["content"]["entries"]
    try:
        publish(nation, first, second, "questions", {"sets": sets})
        publish(
            nation, first, second, "words", {"entries": [*words, {"text": "هنگامه‌ای", "kind": "crowd", "weight": 9}]}
        )
        assert floors() == {"fight": 1, "crowd": 1}
        found = taker.done("/v1/kinds/guess", {"text": "هنگامه‌ای"})
        assert (found["guesses"][0]["code"], found["version"]) == ("crowd", "n1")
        own = [{**one, "floor": 2} if one["kind"] == "fight" else one for one in sets]
        publish(BOOK, keeper, keeper, "questions", {"sets": own})
        heard = [
            entry for entry in keeper.get(f"{BOOK}/words").json()["content"]["entries"] if entry["text"] != "هنگامه‌ای"
        ]
        publish(BOOK, keeper, keeper, "words", {"entries": heard})
        assert floors() == {"fight": 2, "crowd": 1}
        assert taker.done("/v1/kinds/guess", {"text": "هنگامه‌ای"})["guesses"] == [], "it does not count here"
        publish(nation, first, second, "questions", {"sets": [{**one, "floor": 3} for one in sets]})
        assert floors() == {"fight": 2, "crowd": 3}
        told = keeper.get(f"{BOOK}/questions").json()
        assert (len(told["content"]["sets"]), told["nations"]["sets"][0]["floor"]) == (len(sets), 3)
    finally:
        for seat, whose in ((keeper, BOOK), (second, nation)):
            for book in ("questions", "words"):
                seat.post(f"{whose}/{book}/roll-back", {"to": 0})
    assert taker.done("/v1/kinds/guess", {"text": "هنگامه‌ای"})["version"].startswith("0-")
