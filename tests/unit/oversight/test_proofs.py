"""What a receipt shows, and that no change of it, or of the log behind it, goes unseen."""

from pathlib import Path
from typing import Any

import msgspec
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from nazdik.kernel import OfficeId, PersonId
from nazdik.oversight import commands as c
from nazdik.oversight import events as e
from nazdik.oversight.facts import Facts, HeadsLost, Receipt
from nazdik.oversight.grown import GrownTree
from nazdik.oversight.verifier import Checked, check
from nazdik.platform.eventlog import merkle
from nazdik.platform.eventlog.heads import public_hex
from tests.unit.oversight.town import CITIZEN, Town

KEY = Ed25519PrivateKey.generate()
TEXT = "مأمور گشت با من تند حرف زد"


def told(folder: Path, *, key: Ed25519PrivateKey = KEY) -> tuple[Town, Facts, str]:
    """A case that was received, opened and answered, among others."""
    town = Town()
    for _ in range(3):
        town.receive(text="دیگری")
    case_id = town.receive(person=PersonId("officer-a1"), unit=OfficeId("p.a.1"), text=TEXT)
    town.receive(text="یکی دیگر")
    town.later(1)
    town.do(c.ReadCase(case_id=case_id, purpose="duty"), "desk-a")
    town.do(c.Write(case_id=case_id, text="دیده شد", answers=True), "desk-a")
    facts = Facts(folder, key)
    facts.apply(town.log)
    return town, facts, case_id


def codes(checked: Checked) -> list[str]:
    return [code for code, _ in checked.wrong]


def changed(receipt: Receipt, **changes: Any) -> Receipt:
    return msgspec.structs.replace(receipt, **changes)


@pytest.mark.parametrize("size", [1, 2, 3, 7, 8, 9, 21])
def test_the_grown_tree_is_the_tree_of_the_platform(size: int) -> None:
    entries = [bytes([n]) for n in range(size)]
    tree = GrownTree()
    for entry in entries:
        tree.add(entry)
    assert tree.root() == merkle.root_of(entries)
    for part in range(1, size + 1):
        assert tree.root(part) == merkle.root_of(entries[:part])
        assert tree.consistency(part, size) == merkle.prove_consistency(entries, part)
        for index in range(part):
            assert tree.inclusion(index, part) == merkle.prove_inclusion(entries[:part], index)


def test_a_receipt_shows_that_it_was_recorded_opened_by_the_right_desk_and_answered(tmp_path: Path) -> None:
    town, facts, case_id = told(tmp_path)
    receipt = facts.receipt(case_id, town.at)
    checked = check(receipt, key=public_hex(KEY), text=TEXT)
    assert checked.holds and checked.answered and not checked.closed
    assert [office for _, office in checked.opened] == ["p.a"]
    states = {promise.clock: promise.state for promise in checked.promises}
    assert states == {"acknowledge": "kept", "first_answer": "kept", "update": "running", "final": "running"}
    said = "".join(one.said for one in receipt.facts)
    assert TEXT not in said and "desk-a" not in said and "officer-a1" not in said, "no words and no people"
    read = msgspec.json.decode(msgspec.json.encode(receipt), type=Receipt)
    assert check(read, text=TEXT) == check(receipt, text=TEXT)


def test_what_was_promised_and_not_kept_is_overdue(tmp_path: Path) -> None:
    town, facts, case_id = told(tmp_path)
    town.later(120)
    before = len(town.log)
    silent = {p.clock: p.state for p in check(facts.receipt(case_id, town.at)).promises}
    assert silent["final"] == "overdue", "also when nobody said so"
    town.tick(case_id)
    facts.apply(town.log[before:])
    assert {p.clock: p.state for p in check(facts.receipt(case_id, town.at)).promises}["final"] == "overdue"


def test_no_change_of_a_receipt_goes_unseen(tmp_path: Path) -> None:
    town, facts, case_id = told(tmp_path)
    receipt = facts.receipt(case_id, town.at)
    first, second, *rest = receipt.facts
    opened = next(n for n, one in enumerate(receipt.facts) if '"opened"' in one.said)
    forged = msgspec.structs.replace(receipt.facts[opened], said=receipt.facts[opened].said.replace('"p.a"', '"p.b"'))
    swapped = [*receipt.facts[:opened], forged, *receipt.facts[opened + 1 :]]
    assert "not_in_the_log" in codes(check(changed(receipt, facts=swapped)))
    without = [*receipt.facts[:opened], *receipt.facts[opened + 1 :]]
    assert "one_is_missing" in codes(check(changed(receipt, facts=without)))
    assert "one_is_missing" in codes(check(changed(receipt, facts=[first, *rest])))
    assert "no_beginning" in codes(check(changed(receipt, facts=[second, *rest])))
    assert codes(check(changed(receipt, facts=[]))) == ["no_beginning"]
    assert "of_another_case" in codes(check(changed(receipt, token="t0")))
    assert codes(check(receipt, text=TEXT + " ")) == ["other_words"]
    later = changed(receipt, head=msgspec.structs.replace(receipt.head, at="2030-01-01T00:00:00.000Z"))
    assert codes(check(later)) == ["signature"]
    other = public_hex(Ed25519PrivateKey.generate())
    assert codes(check(receipt, key=other)) == ["other_key"]
    nonsense = msgspec.structs.replace(first, said="{")
    assert "unreadable" in codes(check(changed(receipt, facts=[nonsense, second])))


def test_nothing_of_an_earlier_receipt_can_be_gone(tmp_path: Path) -> None:
    town, facts, case_id = told(tmp_path)
    earlier = facts.receipt(case_id, town.at)
    # Somebody with the server's key writes the log anew, without the opening.
    log = [fact for fact in town.log if not isinstance(fact, e.CaseRead)]
    anew = Facts(tmp_path, KEY)
    anew.apply(log)
    receipt = anew.receipt(case_id, town.at)
    assert check(receipt).holds, "by itself it cannot show what is not in it"
    assert {"gone", "shorter_than_before"} <= set(codes(check(receipt, earlier=earlier)))
    honest = Facts(tmp_path, KEY)
    honest.apply([*town.log, *town.do(c.WriteBack(case_id=case_id, text="ممنون"), CITIZEN)])
    assert check(honest.receipt(case_id, town.at), earlier=earlier).holds


def test_a_witness_who_kept_a_head_sees_a_second_story(tmp_path: Path) -> None:
    town, facts, case_id = told(tmp_path)
    kept = facts.head_to_keep(town.at)
    assert kept is not None
    facts.keep_head(kept)
    assert facts.head_to_keep(town.at) is None, "once is enough while nothing was added"
    facts.apply(town.do(c.WriteBack(case_id=case_id, text="ممنون"), CITIZEN))
    receipt = facts.receipt(case_id, town.at)
    proof = facts.consistency(kept.position, receipt.head.position)
    assert check(receipt, kept=[kept], proof=proof).holds
    anew = Facts(tmp_path, KEY)
    anew.apply([fact for fact in town.log if not isinstance(fact, e.CaseRead)])
    other = anew.receipt(case_id, town.at)
    wrong = codes(check(other, kept=[kept], proof=anew.consistency(1, other.head.position)))
    assert "not_grown_from_what_was_kept" in wrong
    with pytest.raises(HeadsLost):
        anew.check_kept()
    same = Facts(tmp_path, KEY)
    same.apply(town.log)
    same.check_kept()


def test_an_opening_by_an_office_that_is_shut_out_is_found(tmp_path: Path) -> None:
    town, _, case_id = told(tmp_path)
    # The rules would refuse it; a server that was tampered with may not.
    town.log.append(e.CaseRead(at=town.at, by="chief-a1", case_id=case_id, office=OfficeId("p.a.1"), purpose="?"))
    facts = Facts(tmp_path, KEY)
    facts.apply(town.log)
    assert codes(check(facts.receipt(case_id, town.at))) == ["opened_by_one_shut_out"]


def test_the_command_checks_a_receipt_without_any_server(tmp_path: Path) -> None:
    from typer.testing import CliRunner

    from nazdik.cli.oversight import WRONG, app

    town, facts, case_id = told(tmp_path)
    saved, words = tmp_path / "receipt.json", tmp_path / "words.txt"
    saved.write_bytes(msgspec.json.encode(facts.receipt(case_id, town.at)))
    words.write_text(TEXT + "\n", encoding="utf-8")
    run = CliRunner().invoke
    key = public_hex(KEY)
    assert run(app, ["verify", str(saved), "--text", str(words), "--key", key]).exit_code == 0
    forged = saved.read_text(encoding="utf-8").replace('\\"p.a\\"', '\\"p.b\\"')
    saved.write_text(forged, encoding="utf-8")
    assert run(app, ["verify", str(saved)]).exit_code == 1
    assert run(app, ["verify", str(words)]).exit_code == 2
    source = Path(check.__code__.co_filename).read_text(encoding="utf-8")
    assert all(f'"{code}"' in source for code in WRONG), "each is said by the checker"
