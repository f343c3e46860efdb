"""
Retention: what is kept no longer than its rule, what stays because of a legal hold, and the proof that the rest is gone.

Rules are settings of a province and so facts in its log. What is erased lies in files of its own beside the logs: days of the
trail, pictures, days of raw messages. Each has a key of its own in the copy on a second disk, and the key goes with the file, so
that no copy gives it back. Each erasure is a signed line that names what went, by the digests of its bytes.
"""
