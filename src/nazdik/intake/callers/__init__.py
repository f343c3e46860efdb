"""
Callers who reach us without the telephone exchange: messages, places that phones send, and pages in a browser.

Whatever comes is on disk, byte for byte, before it is acknowledged; only then is it read, in the order in which it came.
"""
