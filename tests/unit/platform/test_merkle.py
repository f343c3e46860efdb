"""The tree over a log: the roots that RFC 6962 asks for, and proofs that hold for what is there and for nothing else."""

from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nazdik.platform.eventlog import merkle

# The entries and roots that implementations of RFC 6962 compare themselves by.
ENTRIES = [bytes.fromhex(h) for h in ("", "00", "10", "2021", "3031", "40414243", "5051525354555657")]
ENTRIES.append(bytes.fromhex("606162636465666768696a6b6c6d6e6f"))
ROOTS = {
    0: "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    1: "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    2: "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    3: "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    4: "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    8: "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
}
lists = st.integers(1, 70).map(lambda n: [sha256(bytes([k])).digest() for k in range(n)])


@pytest.mark.parametrize(("size", "root"), ROOTS.items())
def test_roots_are_those_that_others_reckon(size: int, root: str) -> None:
    assert merkle.root_of(ENTRIES[:size]).hex() == root


@given(lists, st.data())
def test_an_entry_is_shown_to_be_there_and_no_other(entries: list[bytes], data: st.DataObject) -> None:
    index = data.draw(st.integers(0, len(entries) - 1))
    root, path = merkle.root_of(entries), merkle.prove_inclusion(entries, index)
    assert merkle.is_included(entries[index], index, len(entries), path, root)
    assert not merkle.is_included(b"another", index, len(entries), path, root)
    wrong = data.draw(st.integers(0, len(entries) + 1).filter(lambda n: n != index))
    assert not merkle.is_included(entries[index], wrong, len(entries), path, root)
    assert not merkle.is_included(entries[index], index, len(entries), [*path, root], root)


@given(lists, st.data())
def test_a_later_tree_is_shown_to_have_only_grown(entries: list[bytes], data: st.DataObject) -> None:
    earlier = data.draw(st.integers(1, len(entries)))
    root, path = merkle.root_of(entries), merkle.prove_consistency(entries, earlier)
    before = merkle.root_of(entries[:earlier])
    assert merkle.is_consistent(earlier, before, len(entries), root, path)
    changed = [*entries]
    changed[data.draw(st.integers(0, len(entries) - 1))] = b"another"
    if merkle.root_of(changed[:earlier]) != before:
        forged = merkle.prove_consistency(changed, earlier)
        assert not merkle.is_consistent(earlier, before, len(changed), merkle.root_of(changed), forged)
    assert not merkle.is_consistent(earlier, before, len(entries), sha256(root).digest(), path)


@given(lists, st.data())
def test_a_tree_goes_on_from_its_parts(entries: list[bytes], data: st.DataObject) -> None:
    cut = data.draw(st.integers(0, len(entries)))
    first = merkle.Tree()
    for entry in entries[:cut]:
        first.add(entry)
    second = merkle.Tree(first.size, first.parts)
    for entry in entries[cut:]:
        second.add(entry)
    assert second.root() == merkle.root_of(entries)


def test_parts_that_cannot_be_those_of_a_size_are_refused() -> None:
    with pytest.raises(ValueError, match="3"):
        merkle.Tree(7, [b"x"])
