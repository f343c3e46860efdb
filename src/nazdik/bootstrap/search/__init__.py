"""One box for everything: incidents, units, offices, places, and for a stated purpose who called and what was said."""
