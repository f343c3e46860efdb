"""A place as PIDF-LO (RFC 4119, 5491), written: what EIDO carries as a string. GML says latitude first."""

from xml.sax.saxutils import quoteattr

from nazdik.interchange.xml_text import xml_text
from nazdik.kernel import LonLat

_HEAD = (
    '<presence xmlns="urn:ietf:params:xml:ns:pidf" xmlns:dm="urn:ietf:params:xml:ns:pidf:data-model"'
    ' xmlns:gp="urn:ietf:params:xml:ns:pidf:geopriv10" xmlns:gml="http://www.opengis.net/gml"'
    ' xmlns:gs="http://www.opengis.net/pidflo/1.0" xmlns:ca="urn:ietf:params:xml:ns:pidf:geopriv10:civicAddr"'
)


def pidf(entity: str, point: LonLat | None, *, accuracy_m: float | None, civic: str, at: str) -> str:
    """Return a presence document with one place: a point, or a circle when its accuracy is known, and an address in words."""
    where = _shape(point, accuracy_m) if point is not None else ""
    if civic:
        where += f"<ca:civicAddress><ca:LOC>{xml_text(civic)}</ca:LOC></ca:civicAddress>"
    return (
        f'{_HEAD} entity={quoteattr(entity)}><dm:device id="place"><gp:geopriv><gp:location-info>{where}'
        f"</gp:location-info><gp:usage-rules/></gp:geopriv><dm:deviceID>{xml_text(entity)}</dm:deviceID>"
        f"<dm:timestamp>{at}</dm:timestamp></dm:device></presence>"
    )


def _shape(point: LonLat, accuracy_m: float | None) -> str:
    place = f"<gml:pos>{point.lat:.6f} {point.lon:.6f}</gml:pos>"
    if accuracy_m is None:
        return f'<gml:Point srsName="urn:ogc:def:crs:EPSG::4326">{place}</gml:Point>'
    radius = f'<gs:radius uom="urn:ogc:def:uom:EPSG::9001">{accuracy_m:.1f}</gs:radius>'
    return f'<gs:Circle srsName="urn:ogc:def:crs:EPSG::4326">{place}{radius}</gs:Circle>'
