"""
Where every unit is, how old that knowledge is, and whether its handheld would ring.

Decides which position fixes to believe, and which handhelds count as healthy. Owns the words *fix*, *verdict*,
*quarantine*, *trail*, *device*, *heartbeat*. Promises others that a unit's present place is the newest fix that was
believed, shown with its true age; that a doubtful fix is kept with its reason and never used to choose; and that a
report speaks only for the unit its credential belongs to.
"""
