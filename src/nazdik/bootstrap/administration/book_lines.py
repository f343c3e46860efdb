"""What a draft of a book changes, in words: one line for each thing that is another."""

from collections.abc import Callable, Iterable, Iterator

from nazdik.bootstrap.administration.fields import NOTHING, Line, Text, persian
from nazdik.bootstrap.administration.kind_names import SHIPPED_NAMES, KindNames
from nazdik.guide.model import ANY_KIND, Content, Entry, Plans, Questions, Words
from nazdik.kernel import OfficeId
from nazdik.published.kinds import Need
from nazdik.published.plans import PlanRule
from nazdik.published.questions import Question

NameOf = Callable[[OfficeId], Text]
KindOf = Callable[[str], Text]
SKILLS = {
    "patrol": Text("گشت", "patrol"),
    "traffic": Text("راهنمایی و رانندگی", "traffic"),
    "armed": Text("مسلح ویژه", "armed"),
    "investigation": Text("آگاهی", "investigation"),
    "female_officer": Text("مأمور زن", "female officer"),
    "motorcycle": Text("موتورسوار", "motorcyclist"),
    "first_aid": Text("کمک‌های نخستین", "first aid"),
    "crowd": Text("کنترل جمعیت", "crowd control"),
}


def lines_of(before: Content, after: Content, office: NameOf, names: KindNames = SHIPPED_NAMES) -> tuple[Line, ...]:
    """Return what differs, what is new last."""

    def kind(code: str) -> Text:
        return Text("هر نوع", "any kind") if code == ANY_KIND else Text(*names.of(code))

    old, new = dict(_things(before, office, kind)), dict(_things(after, office, kind))
    return tuple(
        Line(
            what=(new.get(key) or old[key])[0],
            before=old[key][1] if key in old else NOTHING,
            after=new[key][1] if key in new else NOTHING,
        )
        for key in {**old, **new}
        if old.get(key) != new.get(key)
    )


def _things(content: Content, office: NameOf, kind: KindOf) -> Iterator[tuple[tuple[str, ...], tuple[Text, Text]]]:
    """Yield everything in a book under a key that stays, with what it is called and what is said of it."""
    match content:
        case Words(entries=entries, sentences=sentences):
            for entry in entries:
                of = kind(entry.kind)
                what = Text(f"«{entry.text}»، {of.fa}", f"“{entry.text}”, {of.en}")
                yield (entry.text, entry.kind), (what, _entry(entry))
            for one in sentences:
                what = Text(f"جملهٔ آزمون «{one.text}»", f"trial sentence “{one.text}”")
                yield ("sentence", one.text), (what, kind(one.kind))
        case Questions(sets=sets):
            for each in sets:
                of = kind(each.kind)
                if each.floor is not None:
                    floor = Text(f"{of.fa}، کمترین فوریت", f"{of.en}, least urgent")
                    yield (each.kind, "floor"), (floor, Text(persian(each.floor), str(each.floor)))
                for n, question in enumerate(each.questions, start=1):
                    what = Text(f"{of.fa}، پرسش {persian(n)}", f"{of.en}, question {n}")
                    yield (each.kind, question.id), (what, _question(question))
        case Plans(rules=rules):
            for rule in rules:
                of, whose = kind(rule.kind), office(rule.office)
                yield (rule.id,), (Text(f"{of.fa}، {whose.fa}", f"{of.en}, {whose.en}"), _rule(rule))


def _entry(entry: Entry) -> Text:
    fa, en = f"وزن {persian(entry.weight)}", f"weight {entry.weight}"
    if entry.priority is not None:
        fa, en = f"{fa}، اولویت {persian(entry.priority)}", f"{en}, priority {entry.priority}"
    return Text(f"{fa}؛ {entry.gloss}", f"{en}; {entry.gloss}") if entry.gloss else Text(fa, en)


def _question(question: Question) -> Text:
    fa = "، ".join(f"{o.fa} ({persian(o.points)})" for o in question.options)
    en = ", ".join(f"{o.en} ({o.points})" for o in question.options)
    return Text(f"{question.fa} {fa}", f"{question.en} {en}")


def needs_in_words(needs: Iterable[Need]) -> Text:
    """Return how many units of which skills."""
    said = [(need.units, _skill(need.skill)) for need in needs]
    return Text("، ".join(f"{persian(n)} {s.fa}" for n, s in said), ", ".join(f"{n} {s.en}" for n, s in said))


def _rule(rule: PlanRule) -> Text:
    needs = needs_in_words(rule.needs)
    fa, en = needs.fa, needs.en
    if rule.since:
        fa, en = f"{fa}؛ از {rule.since}", f"{en}; from {rule.since}"
    if rule.until:
        fa, en = f"{fa}؛ تا {rule.until}", f"{en}; until {rule.until}"
    return Text(f"{fa}؛ {rule.note}", f"{en}; {rule.note}") if rule.note else Text(fa, en)


def _skill(code: str) -> Text:
    return SKILLS.get(code, Text(code, code))
