"""The log in PostgreSQL: one database for many provinces, written by one node a province at a time."""

from nazdik.platform.eventlog.postgres.connection import connect
from nazdik.platform.eventlog.postgres.lease import Lease, Node, Taken
from nazdik.platform.eventlog.postgres.log import PostgresLog
from nazdik.platform.eventlog.postgres.reader import PostgresReader
from nazdik.platform.eventlog.postgres.schema import grant, prepare, revoke
from nazdik.platform.eventlog.postgres.verify import verify_log

__all__ = [
    "Lease",
    "Node",
    "PostgresLog",
    "PostgresReader",
    "Taken",
    "connect",
    "grant",
    "prepare",
    "revoke",
    "verify_log",
]
