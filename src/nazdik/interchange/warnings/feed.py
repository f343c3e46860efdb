"""The warnings of a province as an Atom feed (RFC 4287), for whoever asks: one entry a message, the newest first."""

from collections.abc import Iterable
from xml.sax.saxutils import quoteattr

from nazdik.interchange.warnings.model import PublicWarning
from nazdik.interchange.xml_text import xml_text
from nazdik.kernel import Instant, rfc3339

CAP_TYPE = "application/cap+xml"


def in_feed(warnings: Iterable[PublicWarning], at: Instant) -> list[PublicWarning]:
    """Return the messages that a feed names: every one that is out and has not expired, those taken back too."""
    out = [one for one in warnings if one.published_at is not None and one.content.expires_at > at]
    return sorted(out, key=lambda one: (one.published_at or 0, one.id), reverse=True)


def feed(
    name: str, title: str, own: str, warnings: Iterable[PublicWarning], address_of: dict[str, str], at: Instant
) -> str:
    """
    Return the feed.

    Args:
        name: A URI that always stands for this feed.
        own: Where the feed is.
        address_of: Where each message is, by its id.
    """
    entries = list(warnings)
    newest = max((one.published_at for one in entries if one.published_at is not None), default=at)
    head = (
        f"<id>{xml_text(name)}</id><title>{xml_text(title)}</title><updated>{rfc3339(newest)}</updated>"
        f'<link rel="self" type="application/atom+xml" href={quoteattr(own)}/>'
        f"<author><name>{xml_text(title)}</name></author>"
    )
    body = "".join(_entry(name, one, address_of[one.id]) for one in entries)
    return (
        f'<?xml version="1.0" encoding="UTF-8"?>\n<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="fa">'
        f"{head}{body}</feed>\n"
    )


def _entry(name: str, warning: PublicWarning, address: str) -> str:
    content, at = warning.content, rfc3339(warning.published_at or warning.drafted_at)
    english = f" / {content.en.headline}" if content.en is not None else ""
    return (
        f"<entry><id>{xml_text(f'{name}/{warning.id}')}</id><title>{xml_text(content.fa.headline + english)}</title>"
        f"<updated>{at}</updated><published>{at}</published>"
        f"<category term={quoteattr(warning.kind.value)}/><category term={quoteattr(content.status.value)}/>"
        f'<link rel="alternate" type="{CAP_TYPE}" href={quoteattr(address)}/>'
        f"<summary>{xml_text(content.fa.area)}</summary></entry>"
    )
