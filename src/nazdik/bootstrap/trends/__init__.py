"""
What changed lately at an office and those directly below it: the last two hours in steps, the last hour beside the one before.

`counting` counts, `reading` keeps what the log said of the last hours, `api` is the door. No person and no call appears in it.
"""
