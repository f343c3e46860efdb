"""Nazdik: from a call to 110 to the handheld of the patrol that can be there first by road, seen live at four tiers."""

__version__ = "0.1.0"
