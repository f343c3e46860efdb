"""
What there is to set: each kind of setting with its words, its limits and what puts it in force; and the routes to all of them.

`administration` knows how settings change and not what they hold; here the two meet.
"""
