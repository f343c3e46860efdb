"""
Warnings to the public, as CAP 1.2: written by one person, published by another, updated and cancelled in the same way.

It owns the words draft, warning, update and cancellation, and promises that what was published stays word for word as it was,
and that nobody publishes what they wrote themselves. A warning holds no personal data: whoever asks may read it.
"""
