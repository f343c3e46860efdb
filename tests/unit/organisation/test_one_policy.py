"""Who may do and see what is decided in `organisation` and nowhere else: no route compares roles by itself."""

import ast
from pathlib import Path

SOURCE = Path(__file__).resolve().parents[3] / "src" / "nazdik"
# Places that look at a role and decide nothing about rights.
OTHERWISE = {
    ("dispatch/offers.py", "on_behalf"): "whether the crew itself acted, for the record",
    ("intake/decisions.py", "_present"): "where a place came from: typed, or from a device",
    ("bootstrap/administration/persons.py", "_tidied"): "what a posting may be made of",
    ("bootstrap/journal_only/routes.py", "_front"): "which seats the first page offers",
    ("bootstrap/demo_seating.py", "seat_views"): "which seats are cars to choose from",
    ("bootstrap/first_run/server.py", "_administrator"): "before there is a log or an office nobody else exists",
    ("bootstrap/first_run/steps.py", "get_first_steps"): "how many people there are of each role",
    ("bootstrap/inspection/detect.py", "find"): "whose work it is to look",
    ("oversight/desk_api.py", "session_of"): "whether it is a session of this server, which has one kind",
    ("cli/people.py", "_posting"): "which words are roles",
    ("bootstrap/oversight/people.py", "of_dispatch"): "which of dispatch's accounts are no people",
}


def _looks_at_roles(node: ast.AST) -> bool:
    """Whether an expression has a role in it: `x.role`, `Role.Y`, or the policy's table."""
    for part in ast.walk(node):
        if isinstance(part, ast.Attribute) and part.attr == "role" and not _is_of_office(part):
            return True
        if isinstance(part, ast.Attribute) and isinstance(part.value, ast.Name) and part.value.id == "Role":
            return True
        if isinstance(part, ast.Name) and part.id in {"MAY", "ROLES_OF_A_UNIT"}:
            return True
    return False


def _is_of_office(part: ast.Attribute) -> bool:
    # The role of an office in an incident (dispatching, informed) is another word that is spelled the same.
    return isinstance(part.value, ast.Name) and part.value.id in {"t", "held", "tasking", "member"}


def _decisions(tree: ast.AST) -> list[tuple[str, int]]:
    """Return the functions that compare roles, with the line."""
    found = []
    for function in ast.walk(tree):
        if isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef):
            for node in ast.walk(function):
                decides = isinstance(node, ast.Compare) and _looks_at_roles(node)
                decides |= isinstance(node, ast.Match) and _looks_at_roles(node.subject)
                decides |= (
                    isinstance(node, ast.Subscript) and isinstance(node.value, ast.Name) and node.value.id == "MAY"
                )
                if decides:
                    found.append((function.name, getattr(node, "lineno", 0)))
    return found


def test_no_part_but_the_organisation_decides_by_roles() -> None:
    found = {}
    for path in sorted(SOURCE.rglob("*.py")):
        name = path.relative_to(SOURCE).as_posix()
        if name.startswith(("organisation/", "web/", "simulation/")):
            continue
        for function, line in _decisions(ast.parse(path.read_text(encoding="utf-8"))):
            found[name, function] = line
    assert {key: line for key, line in found.items() if key not in OTHERWISE} == {}, "ask the policy instead"
    assert set(OTHERWISE) <= set(found), "these exceptions are no longer needed"


def test_a_hand_made_rule_is_found() -> None:
    for rule in (
        "if desk.posting.role in (Role.DISPATCHER, Role.AUDITOR): pass",
        "if actor.role == 'dispatcher': pass",
        "if posting.role in MAY[Act.SEE_CALL]: pass",
        "match posting.role:\n  case Role.AUDITOR: pass",
    ):
        body = "\n".join(f"  {line}" for line in rule.splitlines())
        assert _decisions(ast.parse(f"def route():\n{body}")), rule
