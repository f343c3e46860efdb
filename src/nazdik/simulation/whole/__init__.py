"""
The whole product under seeded faults: one virtual clock, one network, one disk, and the real code on them.

It promises that a seed always gives the same run, and that a run stops at the first promise (I1 to I16) that does not hold.
"""
