"""
What nodes over one PostgreSQL do for one another, so that any of them serves any face.

Sessions are shared (`sessions`); what only the writer can do is handed to it (`forwarding`); where units are and whether their
handhelds ring is told between nodes (`places`). What a file of each node holds is kept alike in all (`sealed_rows`, `devices`,
`pictures`); what is good once is good once among all (`words`); what is to be sent to partners is sent by one (`outbox`).

None of this is needed for anything to be right: without it a node refuses what it cannot do and says where it can be done.
"""
