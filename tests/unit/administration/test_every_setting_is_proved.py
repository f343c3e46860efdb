"""
Everything that administration can set has a test that shows what it does. A setting without one fails here, by its name.

A new kind of setting, field or book is entered with the test that sets it and sees the difference.
"""

import ast
import re
from functools import cache
from pathlib import Path

import pytest

from nazdik.bootstrap.administration.setting_kinds import SETTING_KINDS
from nazdik.bootstrap.administration.ways_in import DEMANDED_OF
from nazdik.guide.model import BookName
from tests.unit.administration import test_kinds_take_effect as of_kinds
from tests.unit.administration import test_rules_take_effect as of_rules

ROOT = Path(__file__).parents[3]
_HERE, _CONTRACT = "tests/unit/administration", "tests/contract"
_RULES = f"{_HERE}/test_rules_take_effect.py::test_a_rule_that_two_people_set_changes_what_is_done"
_KIND = f"{_HERE}/test_kinds_take_effect.py::test_a_new_incident_has_what_the_province_set_and_an_old_one_what_it_had"
_ADDED = f"{_HERE}/test_kinds_take_effect.py::test_an_added_kind_is_sent_to_guessed_planned_and_known_to_other_systems"
_RETIRED = f"{_HERE}/test_kinds_take_effect.py::test_a_retired_kind_is_given_to_nobody_and_stays_with_who_has_it"
_PEOPLE = f"{_CONTRACT}/test_people_and_devices_api.py"
_FIRST = f"{_CONTRACT}/test_first_run.py::test_from_nothing_to_a_server_that_works"
_LISTS = "tests/unit/imports/test_rows.py"
_RETENTION = "tests/unit/bootstrap/test_retention.py"
_CREWS = "tests/unit/dispatch/test_crews.py"
_TREE = f"{_HERE}/test_office_tree.py"

# Kind of setting, or book; its field, empty where it is one whole; and the test that sees it work.
PROOFS: dict[tuple[str, str], str] = {
    **{("rules", field): _RULES for field in of_rules.PROOFS},
    ("kinds", "rows"): _ADDED,
    **{("kinds", f"rows.{part}"): _KIND for part in of_kinds.INCIDENT},
    ("kinds", "rows.code"): _ADDED,
    ("kinds", "rows.words"): _ADDED,
    ("kinds", "rows.retired"): _RETIRED,
    ("services", "rows"): f"{_CONTRACT}/test_open311.py::test_what_may_be_reported_is_the_provinces",
    ("person", "active"): f"{_PEOPLE}::test_who_may_not_any_more_loses_the_open_line_within_seconds",
    ("person", "seats"): f"{_PEOPLE}::test_a_seat_that_is_still_to_come_is_nobodys_yet",
    ("person", "number"): f"{_CREWS}::test_where_people_are_in_the_register_a_crew_is_taken_from_it_with_their_skills",
    ("person", "skills"): f"{_CREWS}::test_where_people_are_in_the_register_a_crew_is_taken_from_it_with_their_skills",
    ("texts", "place_link"): f"{_HERE}/test_message_texts.py::test_what_was_published_is_what_is_sent",
    **{
        ("texts", f"report_{text}"): f"{_CONTRACT}/test_open311.py::test_what_reporters_are_told_is_the_provinces"
        for text in ("notice", "urgent", "waiting", "read", "over")
    },
    **{
        ("nation", name): f"{_HERE}/test_nation.py::"
        "test_national_command_is_called_as_the_nation_says_and_as_it_ships_when_that_is_taken_back"
        for name in ("name_fa", "name_en")
    },
    ("offices", "offices"): f"{_TREE}::test_who_closes_hands_ground_units_and_open_incidents_on",
    ("offices", "sectors"): f"{_TREE}::test_sectors_are_renamed_redrawn_added_and_removed_one_by_one",
    ("offices", "grounds"): f"{_TREE}::test_an_added_station_answers_for_the_ground_it_was_given",
    ("first_steps", "offices"): _FIRST,
    ("first_steps", "kinds"): _FIRST,
    **{
        ("retention", field): f"{_RETENTION}::test_the_plan_goes_by_the_rules_and_leaves_what_a_hold_touches"
        for field in ("trail_days", "photos_days", "journal_days", "holds")
    },
    (
        "retention",
        "audit_days",
    ): "tests/unit/bootstrap/test_audit_cut.py::test_the_old_beginning_goes_and_all_heads_hold",
    ("retention", "letters_days"): "tests/unit/bootstrap/test_dead_letters.py::"
    "test_what_no_partner_took_goes_by_rule_signed_and_said_in_the_audit",
    ("retention", "words_days"): "tests/unit/bootstrap/test_words_erased.py::"
    "test_words_go_by_rule_and_what_a_hold_or_an_open_incident_needs_stays",
    **{
        ("ways_in", role.value): f"{_CONTRACT}/test_identity.py::"
        "test_a_second_factor_is_demanded_of_the_roles_that_are_named"
        for role in DEMANDED_OF
    },
    ("import_people", ""): f"{_LISTS}::test_people_get_the_seats_of_the_file_and_lose_them_when_it_is_taken_back",
    ("import_units", ""): f"{_LISTS}::test_units_are_read_in_either_language_and_made_known_together",
    ("import_hazards", ""): f"{_LISTS}::test_hazards_are_warned_of_together_and_taken_back_together",
    ("import_offices", ""): f"{_TREE}::test_offices_from_a_file_come_in_force_together_and_are_taken_back_together",
    ("words", ""): f"{_CONTRACT}/test_guide_api.py::"
    "test_a_dictionary_goes_from_draft_to_force_and_back_and_calls_keep_their_version",
    ("questions", ""): f"{_CONTRACT}/test_guide_api.py::test_questions_are_drafted_and_published_like_words",
    **{
        (f"nation_{book}", ""): f"{_CONTRACT}/test_guide_api.py::"
        "test_the_nations_words_and_questions_reach_a_province_but_where_it_says_so_itself"
        for book in ("words", "questions")
    },
    ("nation_plans", ""): f"{_CONTRACT}/test_guide_api.py::"
    "test_the_nations_plan_is_drafted_read_published_and_holds_under_a_provinces_own",
    ("plans", ""): f"{_CONTRACT}/test_guide_api.py::"
    "test_a_countys_plan_is_drafted_by_one_and_published_by_another_and_told_with_the_incident",
}


def settable() -> set[tuple[str, str]]:
    """Return everything that can be set: each field of each kind of setting, each part of a kind of incident, each book."""
    found = {(kind.name, field.name) for kind in SETTING_KINDS.values() for field in kind.fields}
    found |= {(kind.name, "") for kind in SETTING_KINDS.values() if not kind.fields}
    found |= {("kinds", f"rows.{part}") for part in of_kinds.Row.__struct_fields__}
    return found | {(book.value, "") for book in BookName}


# What a proof that goes through a whole list names instead of each of its items.
LISTS = {
    "ways_in": "DEMANDED_OF",
    **{f"import_{listed}": listed for listed in ("people", "units", "hazards", "offices")},
    **{f"nation_{book}": book for book in ("words", "questions", "plans")},
}


@cache
def proofs_in(path: str) -> dict[str, ast.FunctionDef | ast.AsyncFunctionDef]:
    """Return the tests of a file that run: those marked to be skipped are no proof."""
    tree = ast.parse((ROOT / path).read_text(encoding="utf-8"))
    return {
        part.name: part
        for part in ast.walk(tree)
        if isinstance(part, ast.FunctionDef | ast.AsyncFunctionDef)
        and part.name.startswith("test_")
        and not any("skip" in ast.unparse(mark) or "xfail" in ast.unparse(mark) for mark in part.decorator_list)
    }


def can_fail(test: ast.AST) -> bool:
    """Whether a test asserts something that it has looked at: what is true whatever happened proves nothing."""
    return any(
        isinstance(part, ast.Assert) and any(isinstance(each, ast.Name) for each in ast.walk(part.test))
        for part in ast.walk(test)
    )


def test_nothing_can_be_set_without_a_test_that_proves_its_effect() -> None:
    assert settable() - set(PROOFS) == set(), "enter the test that sets it and sees what it does"
    assert set(PROOFS) - settable() == set(), "this can be set no more"


@pytest.mark.parametrize("proof", sorted(set(PROOFS.values())))
def test_the_test_is_there_and_runs(proof: str) -> None:
    path, _, name = proof.partition("::")
    assert name in proofs_in(path)


@pytest.mark.parametrize(("kind", "field"), sorted(PROOFS))
def test_a_proof_names_what_it_proves_and_can_fail(kind: str, field: str) -> None:
    path, _, name = PROOFS[kind, field].partition("::")
    named = LISTS.get(kind) or (field.rpartition(".")[2] if field else kind)
    assert re.search(rf"\b{named}\b", (ROOT / path).read_text(encoding="utf-8")), f"{path} says nothing of {named}"
    assert can_fail(proofs_in(path)[name])


def test_what_proves_nothing_is_known() -> None:
    idle, real = (
        ast.parse(f"def test_x(town):\n    set_it(town)\n    {line}")
        for line in ("assert True", "assert seen(town) == 2")
    )
    assert (can_fail(idle), can_fail(real)) == (False, True)
