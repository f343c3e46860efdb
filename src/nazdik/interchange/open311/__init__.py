"""
Reports that are no emergencies, as Open311 GeoReport v2: which services there are, and what the public may know of a report.

It promises that nothing in a public answer tells who reported, what they wrote, or where exactly.
"""
