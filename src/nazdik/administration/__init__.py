"""
How settings change: somebody drafts, somebody reads, it is in force at once, and every former value can be had again.

It owns the words *setting*, *draft*, *change*. What a setting holds is for others to say: here a value is a JSON object that
nobody looks into. It promises that every change is a fact with who, when and why, that whoever drafted a setting on which safety
rests is not who publishes it, and that going back is another change: nothing is erased.
"""
