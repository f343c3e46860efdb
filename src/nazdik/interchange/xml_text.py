"""Text inside XML: what a person can type is not all that XML can carry."""

from xml.sax.saxutils import escape


def xml_text(text: str) -> str:
    """Return a text as XML carries it, control characters as spaces."""
    return escape("".join(c if c >= " " and c not in "\ufffe\uffff" else "\n" if c == "\n" else " " for c in text))
