"""Oversight: the rules as people at its desks expect them."""
