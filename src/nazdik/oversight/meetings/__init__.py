"""
Meetings face to face: sessions with slots, bookings without an account, minutes, and promises that come back until they are kept.

It owns the words *session*, *slot*, *booking*, *promise*. It promises that a slot has one holder at a time, which the log makes
unstorable otherwise, and that no promise is forgotten between two sessions of the same office.
"""
