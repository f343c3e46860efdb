"""A warning as a CAP 1.2 message (OASIS CAP-v1.2). CAP says latitude first, and kilometres."""

from nazdik.interchange.times import local
from nazdik.interchange.warnings.model import Area, Content, PublicWarning, Words
from nazdik.interchange.xml_text import xml_text
from nazdik.kernel import Instant, LonLat

NAMESPACE = "urn:oasis:names:tc:emergency:cap:1.2"
OFFICE_CODE = "nazdik:office"


def cap_time(at: Instant, offset_min: int) -> str:
    """Return an instant as CAP writes it: whole seconds with a numeric offset, never a `Z`; UTC itself is `-00:00`."""
    text = local(at, offset_min).isoformat(timespec="seconds")
    return text.removesuffix("+00:00") + "-00:00" if offset_min == 0 else text


def cap_of(
    warning: PublicWarning, *, sender: str, sent: str, references: tuple[str, ...], offset_min: int
) -> str:  # fmt: skip
    """
    Return the message.

    Args:
        references: The messages that this one takes the place of, as `sender,identifier,sent`.
    """
    content = warning.content
    told = [("fa", content.fa)] + ([("en", content.en)] if content.en is not None else [])
    head = [
        _tag("identifier", warning.id),
        _tag("sender", sender),
        _tag("sent", sent),
        _tag("status", content.status),
        _tag("msgType", warning.kind),
        _tag("scope", "Public"),
        _tag("references", " ".join(references)),
    ]
    infos = [_info(language, words, content, sent, offset_min) for language, words in told]
    body = "".join([*head, *infos])
    return f'<?xml version="1.0" encoding="UTF-8"?>\n<alert xmlns="{NAMESPACE}">{body}</alert>\n'


def _info(language: str, words: Words, content: Content, sent: str, offset_min: int) -> str:
    onset = cap_time(content.onset_at, offset_min) if content.onset_at is not None else ""
    parts = [
        _tag("language", language),
        *(_tag("category", one) for one in content.categories),
        _tag("event", words.event),
        *(_tag("responseType", one) for one in content.responses),
        _tag("urgency", content.urgency),
        _tag("severity", content.severity),
        _tag("certainty", content.certainty),
        _tag("effective", sent),
        _tag("onset", onset),
        _tag("expires", cap_time(content.expires_at, offset_min)),
        _tag("senderName", words.sender_name),
        _tag("headline", words.headline),
        _tag("description", words.description),
        _tag("instruction", words.instruction),
        _area(words.area, content.area),
    ]
    return f"<info>{''.join(parts)}</info>"


def _area(said: str, area: Area) -> str:
    parts = [_tag("areaDesc", said)]
    parts += [_tag("polygon", " ".join(map(_point, (*ring, ring[0])))) for ring in area.polygons]
    parts += [_tag("circle", f"{_point(one.centre)} {one.radius_m / 1000:.3f}") for one in area.circles]
    if area.office is not None:
        parts.append(f"<geocode>{_tag('valueName', OFFICE_CODE)}{_tag('value', area.office)}</geocode>")
    return f"<area>{''.join(parts)}</area>"


def _point(point: LonLat) -> str:
    return f"{point.lat:.5f},{point.lon:.5f}"


def _tag(name: str, text: str) -> str:
    """An element, or nothing for an empty text."""
    said = xml_text(text).strip()
    return f"<{name}>{said}</{name}>" if said else ""
