"""
The server without a log: what still works when a province's log, or the audit log, cannot be opened.

Every door by which a call comes stays open: its bytes go to the journal, and it is acknowledged once they are on disk. Whoever
may see calls reads them at `/raw` and writes down there which were taken care of. Everything else is refused with
`server.journal_only`, and every page says so. When the log is mended and the server started again, what lies in the journal
becomes calls, each once.
"""
