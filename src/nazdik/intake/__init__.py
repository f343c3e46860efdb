"""
Intake decides what a contact with the public is: a call, answered, located, described, and either an incident or not.

It owns the words call, caller's location, channel, outcome. It promises that every received call becomes exactly one call record,
and that a call, once linked to an incident, is never deleted by it.
"""
