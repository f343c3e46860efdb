"""
The outside world, for every context alike: event log, journal, live streams, sign-in, HTTP, audit, settings, clock.

Nothing here knows what an incident or a unit is. It keeps entries about subjects, claims on resources, streams of items
and the scopes that may see them.
"""
