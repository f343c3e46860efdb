"""What the same words have in common however they are typed. Pure."""

from hashlib import sha256

from nazdik.kernel.text import fold


def topic_of(text: str) -> str:
    """Return one name for the same words: Arabic letters, spaces and signs make no other."""
    return sha256(fold(text).encode()).hexdigest()[:16]
