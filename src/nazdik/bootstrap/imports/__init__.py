"""
Lists from a spreadsheet: people, units, hazards.

A file is read whole before anything is kept. Every row that cannot be used is named with its number, its column and why; the
others become one draft, which somebody else reads and publishes. What it causes stands in one transaction: all of it or nothing.
"""
