"""Response plans: how many units of which skill a kind of incident gets, by rule of an office and for a time."""

from collections.abc import Sequence

import msgspec

from nazdik.kernel import Instant, OfficeId, rfc3339
from nazdik.published.kinds import Need


class PlanRule(msgspec.Struct, frozen=True, omit_defaults=True):
    """
    What an office sends to a kind, in place of the kind's own plan.

    It holds below the office, unless an office nearer to the place has a rule for the same kind. `since` and `until` are RFC 3339
    in UTC with milliseconds, empty for no limit; `until` is the first moment at which it no longer holds.
    """

    id: str
    kind: str
    office: OfficeId
    needs: tuple[Need, ...]
    since: str = ""
    until: str = ""
    note: str = ""

    def holds(self, now: str) -> bool:
        """Whether it holds at a moment."""
        return (not self.since or self.since <= now) and (not self.until or now < self.until)


class PlanBasis(msgspec.Struct, frozen=True):
    """By whose rule an incident's plan is what it is."""

    rule: str
    office: OfficeId
    note: str
    version: str


class PlansInForce(msgspec.Struct, frozen=True):
    """
    The rules, and the version of the book they stand in; beside them the nation's.

    National command is the last office of every chain, so whatever a province says itself goes before what the nation says.
    """

    rules: tuple[PlanRule, ...] = ()
    version: str = ""
    nations: tuple[PlanRule, ...] = ()
    nations_version: str = ""

    def version_of(self, rule: PlanRule) -> str:
        """Return the version of the book that a rule stands in."""
        return self.nations_version if rule in self.nations else self.version

    def find_rule(self, kind: str, chain: Sequence[OfficeId], at: Instant) -> PlanRule | None:
        """
        Return the rule of the nearest office of `chain` (nearest first) that has one for the kind now.

        Of several of one office the one that began last holds: a rule for some weeks outweighs the one without end.
        """
        of_kind = [rule for rule in (*self.rules, *self.nations) if rule.kind == kind]
        if not of_kind:
            return None
        now = rfc3339(at)
        for office in chain:
            own = [rule for rule in of_kind if rule.office == office and rule.holds(now)]
            if own:
                return max(own, key=lambda rule: (rule.since, rule.id))
        return None
