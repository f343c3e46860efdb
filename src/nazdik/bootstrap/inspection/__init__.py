"""
Who looked at whom: an index over the audit log, what in it looks like curiosity rather than work, and the inspector's questions.

The audit log stays the record. The index beside it can be thrown away and is made anew; an alert is written into the audit log
when it is first seen, and so is what an inspector makes of it.
"""
