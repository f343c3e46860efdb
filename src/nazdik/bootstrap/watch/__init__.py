"""
The server watches itself: a test call through each way in every minute, how full each bounded thing is, and all of it as metrics.

It promises that a way in that takes no calls is known after two misses, before the public finds out, and that nothing of anybody's
is in what it tells.
"""
