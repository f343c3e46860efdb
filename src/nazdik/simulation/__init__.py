"""
Simulation: the real core under a virtual clock, with made-up callers and crews, or with the calls of a real record.

It decides nothing about dispatch: calls go in as commands, offers come out as facts, and the machine in between is the one
that runs live. It owns the words demand, conduct (how crews and desks behave) and journey (a unit's motion along a route).
It promises that a run repeats bit for bit from its seed, and that two policies see the same world.
"""
