"""What is past its time where the files of a plan do not tell it: messages that no partner took, and the audit in PostgreSQL."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace

from nazdik.bootstrap.retention.audit_cut import AuditPast, audit_past
from nazdik.bootstrap.retention.letters import Shelves, letters_past
from nazdik.bootstrap.retention.planning import LettersPast, Plan
from nazdik.bootstrap.retention.rules import Ruled
from nazdik.bootstrap.stores import AUDIT, LogSource, Losses, url_in
from nazdik.interchange.webhook_store import FILE, WebhookStore
from nazdik.platform.eventlog.entry import Verdict
from nazdik.platform.faults import LogUnavailable
from nazdik.platform.settings import Settings


def with_elsewhere(planned: Plan, settings: Settings, rules: Sequence[Ruled]) -> Plan:
    """Return a plan that knows of them too; where PostgreSQL does not answer `away` says why."""
    try:
        planned = replace(planned, letters=_letters(planned, settings, rules))
        return replace(planned, audit=_audit(planned, settings, rules))
    except LogUnavailable as error:
        return replace(planned, away=str(error))


def verdict_in_store(settings: Settings, planned: Plan) -> Verdict | None:
    """Check this node's audit log where its beginning was cut in PostgreSQL; None when there is nothing cut to check."""
    if settings.postgres_url_file is None or planned.audit is None or not planned.audit.hollow:
        return None
    from nazdik.platform.eventlog.postgres import verify_log  # noqa: PLC0415 - not every server has it

    return verify_log(url_in(settings.postgres_url_file), _source(settings).name)


def _letters(planned: Plan, settings: Settings, rules: Sequence[Ruled]) -> LettersPast:
    days = max(one.letters_days for one in rules)
    with _shelves(settings) as shelves:
        return letters_past(shelves, days, planned.at)


@contextmanager
def _shelves(settings: Settings) -> Iterator[Shelves]:
    path = settings.data_dir / FILE
    # Telling what would go makes no file.
    store = WebhookStore(path) if path.is_file() else None
    table = None
    if settings.postgres_url_file is not None:
        from nazdik.platform.eventlog.postgres.outbox import OutboxTable  # noqa: PLC0415 - as above

        table = OutboxTable(url_in(settings.postgres_url_file))
    try:
        yield Shelves(store, table)
    finally:
        if table is not None:
            table.close()
        if store is not None:
            store.close()


def _audit(planned: Plan, settings: Settings, rules: Sequence[Ruled]) -> AuditPast | None:
    """Return what is past its time of this node's audit: by its copy, which has the holds' looks, and by the store."""
    if settings.postgres_url_file is None:
        return planned.audit
    past = audit_past(settings.data_dir, rules, planned.at, writes=True)
    source = _source(settings)
    try:
        if source.reader.find() is None or past is None:
            raise LogUnavailable(f"{source.name} is not in PostgreSQL, or has no copy in {settings.data_dir}")
        return replace(past, in_store=source.reader.not_cut(past.end))
    finally:
        source.reader.close()


def _source(settings: Settings) -> LogSource:
    return LogSource(settings, AUDIT, Losses())
