"""An attack within bounds: operations one by one, then sequences of them, each role in turn; what is found is collected."""

import random
import time
from collections import Counter
from contextlib import suppress
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import requests
import schemathesis
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st
from hypothesis.errors import HypothesisException
from hypothesis.stateful import run_state_machine_as_test
from schemathesis import GenerationMode
from schemathesis.core.failures import Failure, FailureGroup
from schemathesis.core.transport import Response
from schemathesis.generation.case import Case

from tests.attack.attackers import Attacker, known_values
from tests.attack.checks import EVERY, asks_for_a_session, of_this
from tests.golden import made

# Signing out would end the session that asks; opening a region anew takes seconds, and has tests of its own.
LEFT_OUT = (("delete", "/v1/session"), ("post", "/v1/provinces/{province}/reload"))
ANSWER_WITHIN_S = 20.0
FINDINGS_MAX = 200
CALM = {"deadline": None, "database": None, "suppress_health_check": list(HealthCheck), "phases": [Phase.generate]}


@dataclass
class Campaign:
    """One attack on one server: who, until when, what was asked and what was found."""

    address: str
    things: dict[str, list[str]]
    number: int
    ends: float
    # How the server describes itself, and values that fields of a body may have; dispatch's if not given.
    document: dict[str, Any] = field(default_factory=made.openapi)
    values: dict[str, list[object]] | None = None
    session: requests.Session = field(default_factory=requests.Session)
    statuses: Counter[int] = field(default_factory=Counter)
    done: Counter[str] = field(default_factory=Counter)
    reached: set[str] = field(default_factory=set)
    proved: set[tuple[str, str]] = field(default_factory=set)
    findings: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        described = self.document
        for method, path in LEFT_OUT:
            described["paths"].get(path, {}).pop(method, None)
        self.schema: Any = schemathesis.openapi.from_dict(described)
        self.schema.config.update(base_url=self.address, request_timeout=ANSWER_WITHIN_S)
        self.schema.config.generation.update(with_security_parameters=False)
        self.operations = [found.ok() for found in self.schema.get_all_operations() if found.ok().label not in LEFT_OUT]
        self._chance = random.Random(self.number)
        self._values = self.values if self.values is not None else known_values(self.things) if self.things else {}

    @cached_property
    def _machine(self) -> Any:
        return self.schema.as_state_machine()

    @property
    def is_over(self) -> bool:
        """Whether the time is up, or enough was found to work on."""
        return time.monotonic() > self.ends or len(self.findings) >= FINDINGS_MAX

    def singly(self, who: list[Attacker], cases: int) -> None:
        """Ask each operation some times, the attackers taking turns, until the time is up."""
        operations = self.operations[:]
        self._chance.shuffle(operations)
        for turn, operation in enumerate(operations):
            if self.is_over:
                return
            self._ask(operation, who, turn, cases)

    def _ask(self, operation: Any, who: list[Attacker], turn: int, cases: int) -> None:
        modes = [
            operation.as_strategy(generation_mode=mode) for mode in (GenerationMode.POSITIVE, GenerationMode.NEGATIVE)
        ]

        @seed(self.number + turn)
        @settings(max_examples=cases, **CALM)
        @given(st.data())
        def ask(data: st.DataObject) -> None:
            if self.is_over:
                return
            attacker = who[data.draw(st.integers(0, len(who) - 1))]
            # Mostly as described; bent now and then, for most of what is bent stops at the door.
            case = data.draw(modes[data.draw(st.sampled_from([0, 0, 1]))])
            self.send(case, attacker)

        # Of some operations nothing invalid can be made.
        with suppress(HypothesisException):
            ask()

    def in_sequences(self, attacker: Attacker, sequences: int, steps: int) -> None:
        """Let answers lead to further requests: what one operation names, others are asked about."""
        campaign = self
        if self.is_over:
            return

        class Machine(self._machine):  # type: ignore[misc,name-defined]
            def call(self, case: Case, **_: Any) -> Response:
                return campaign.send(case, attacker)

            def validate_response(self, *_: Any, **__: Any) -> None:
                """It has been looked at."""

        bounds = settings(max_examples=sequences, stateful_step_count=steps, **CALM)
        with suppress(HypothesisException):
            run_state_machine_as_test(Machine, settings=bounds)

    def send(self, case: Case, attacker: Attacker) -> Response:
        """Send one request as somebody, and look at the answer."""
        for name, known in self.things.items():
            if name in (case.path_parameters or {}) and self._chance.random() < 0.7:
                case.path_parameters[name] = self._chance.choice(known)
        if self._chance.random() < 0.7:
            case.body = self._meant(case.body)
        answer = case.call(session=self.session, headers=attacker.headers, timeout=ANSWER_WITHIN_S)
        self.session.cookies.clear()
        self.statuses[answer.status_code] += 1
        self.reached.add(case.operation.label)
        if answer.status_code < 300:
            self.done[case.operation.label] += 1
        try:
            case.validate_response(answer, checks=[*EVERY, of_this(attacker)])
            self._prove(case, attacker, answer)
        except FailureGroup as group:
            for failure in group.exceptions:
                self._keep(case, attacker, answer, failure)
        except (Failure, AssertionError) as failure:
            self._keep(case, attacker, answer, failure)
        return answer

    def _meant(self, body: Any) -> Any:
        """Return a body in which fields that name things name some that are there."""
        if not isinstance(body, dict):
            return body
        return {
            name: self._chance.choice(self._values[name]) if name in self._values else self._meant(one)
            for name, one in body.items()
        }

    def _prove(self, case: Case, attacker: Attacker, answer: Response) -> None:
        """What a session was answered is refused without one, and with a made-up one; once for each operation and role."""
        known = (case.operation.label, attacker.name)
        if answer.status_code >= 300 or attacker.role is None or not asks_for_a_session(case) or known in self.proved:
            return
        self.proved.add(known)
        for headers in ({}, {"authorization": f"Bearer {attacker.token}x"}):
            again = case.call(session=self.session, headers=headers, timeout=ANSWER_WITHIN_S)
            assert again.status_code == 401, f"{again.status_code} where a session is asked for"

    def _keep(self, case: Case, attacker: Attacker, answer: Response, failure: BaseException) -> None:
        said = " ".join(str(failure).split())
        name = f"{case.operation.label}: {type(failure).__name__}: {said[:110]}"
        if name not in self.findings:
            sent = f"{answer.request.method} {answer.request.url} {(answer.request.body or b'')!r:.400}"
            self.findings[name] = (
                f"{attacker.name}: {sent}\n    -> {answer.status_code} {answer.content[:400]!r}\n    {said[:900]}"
            )
