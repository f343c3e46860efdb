"""The refusals of interchange."""

from nazdik.kernel import Conflict, Forbidden, Invalid, Malformed, NotFound
from nazdik.platform.auth import NotSignedIn


class PartnerUnknown(NotSignedIn):
    """The credential belongs to no partner system, or is no longer good (401)."""

    code = "interchange.partner_unknown"


class GrantMissing(Forbidden):
    """The partner was not given this; `details.grant` names what would be needed."""

    code = "interchange.grant_missing"


class SharedIncidentNotFound(NotFound):
    """There is no such incident, or none that this partner may be told of."""

    code = "interchange.incident_not_found"


class PartnerExists(Conflict):
    """A partner of this name is there already, or was."""

    code = "interchange.partner_exists"


class PartnerNotFound(NotFound):
    """There is no partner of this name."""

    code = "interchange.partner_not_found"


class GrantUnknown(Invalid):
    """There is no such grant; `details.known` lists them."""

    code = "interchange.grant_unknown"


class UrlNotAllowed(Invalid):
    """Webhooks go by https to the hosts of the setting `webhook_hosts` and to no others."""

    code = "interchange.url_not_allowed"


class HandshakeRefused(Conflict):
    """The receiver did not say that it wants our webhooks; `details.why` says what came."""

    code = "interchange.handshake_refused"


class EndpointExists(Conflict):
    """A webhook of this name is there already, or was."""

    code = "interchange.webhook_exists"


class EndpointNotFound(NotFound):
    """There is no webhook of this name."""

    code = "interchange.webhook_not_found"


class EventTypeUnknown(Invalid):
    """There is no such type of event; `details.known` lists them."""

    code = "interchange.event_type_unknown"


class QueryInvalid(Malformed):
    """A parameter is unknown, twice there or wrong; `details.parameter` names it."""

    code = "interchange.query_invalid"


class LayerNotFound(NotFound):
    """There is no such layer."""

    code = "interchange.layer_not_found"


class FeatureNotFound(NotFound):
    """The layer has no such feature, or none for this partner."""

    code = "interchange.feature_not_found"


class ServiceNotFound(NotFound):
    """There is no such service for reports."""

    code = "interchange.service_not_found"


class ReportNotFound(NotFound):
    """There is no such report, or it has not been read yet."""

    code = "interchange.report_not_found"


class ReportIncomplete(Malformed):
    """A report, or a question about reports, lacks something or says it wrongly; `details.field` names it."""

    code = "interchange.report_incomplete"


class LogEventNotFound(NotFound):
    """There is no such log event or call, or none that this partner may read."""

    code = "interchange.log_event_not_found"


class CertificateWrong(Forbidden):
    """A certificate is bound to this partner; it comes in by the door that asks for one, with that one."""

    code = "interchange.certificate_wrong"
