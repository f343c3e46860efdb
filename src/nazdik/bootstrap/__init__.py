"""The one place that builds and connects the parts: a province's machine, its timers, its live views, the doors, the server."""
