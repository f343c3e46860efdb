"""
Suggestions and reports to 197 as Open311 GeoReport v2: which services there are, and what the public may know of a request.

A complaint is no service here: it has allegations, people who are shut out of it and a receipt, and a form of its own. What came by
this door is shown by its state, its desk and days, never by a word. Only suggestions are in the public list: a list of reports
would tell an office how many there are about it.
"""

from collections.abc import Iterable, Sequence
from urllib.parse import parse_qsl

from nazdik.interchange.errors import ReportIncomplete, ServiceNotFound
from nazdik.interchange.open311.format import Json
from nazdik.interchange.open311.services import Attribute, Service
from nazdik.kernel import Instant, OfficeId, rfc3339
from nazdik.oversight import events as e
from nazdik.oversight.calendar import day_of, start_of_day
from nazdik.oversight.clocks import calendar_for, owed
from nazdik.oversight.errors import OfficeUnknown
from nazdik.oversight.model import INSPECTORATE, Case, Category, Contact, Kind, Source
from nazdik.oversight.service import Oversight, Said
from nazdik.oversight.views import named

GROUP = "نظارت همگانی ۱۹۷ / Public oversight 197"
NOTICE = (
    "این کد را نگه دارید؛ پاسخ تنها با آن دیده می‌شود. در خطر به ۱۱۰ زنگ بزنید. / "
    "Keep the code: the answer is seen by it alone. In danger call 110."
)
STATES = {
    "received": "رسیده است / Received",
    "in_hand": "در دست است / Being dealt with",
    "closed": "پاسخ داده شد؛ با کد ببینید / Answered; read it by the code",
}
ROWS_MAX = 1_000
FIELDS_MAX = 100
LINE_MAX = 300
PLACE_DECIMALS = 2
_REPORTS = {
    Category.TRAFFIC: (
        "رفتار در راهنمایی و رانندگی / Traffic policing",
        "گزارش از کار پلیس راهور / About traffic policing",
    ),
    Category.DELAY: ("دیر رسیدن / Late arrival", "پلیس دیر رسید یا نرسید / The police came late or not at all"),
    Category.NEGLECT: ("کوتاهی / Neglect", "کاری که باید می‌شد نشد / What had to be done was not done"),
    Category.CONDUCT: ("رفتار / Conduct", "رفتار نادرست، بی شکایت رسمی / Wrong conduct, without a formal complaint"),
    Category.OTHER: ("گزارش دیگر / Other report", "هر نقد دیگر / Anything else that is wrong"),
}


def services(offices: Sequence[tuple[str, str]] = ()) -> dict[str, Service]:
    """Return the services by their codes; `offices` are those that a request can be about."""
    asked = (Attribute("office", "singlevaluelist", "دربارهٔ کدام یگان / About which office", True, tuple(offices)),)
    about = "پیشنهادی برای کار پلیس / An idea for how the police work"
    made = [Service("suggestion", "پیشنهاد / Suggestion", about, True, asked)]
    made += [Service(f"report_{category}", name, text, False, asked) for category, (name, text) in _REPORTS.items()]
    return {one.code: one for one in made}


def service_of(case: Case) -> str:
    """Return the code of the service by which a request came."""
    if case.kind is Kind.SUGGESTION:
        return "suggestion"
    category = case.allegations[0].category if case.allegations else Category.OTHER
    return f"report_{category if category in _REPORTS else Category.OTHER}"


class Requests:
    """Requests that came by this door, over everything of 197 that runs."""

    def __init__(self, oversight: Oversight) -> None:
        self.oversight = oversight
        self._ids: list[str] = []
        self._mark(
            case.id for case in sorted(oversight.state.cases.values(), key=lambda case: (case.received_at, case.id))
        )
        oversight.hear(lambda facts: self._mark(f.case_id for f in facts if isinstance(f, e.ContactReceived)))

    def _mark(self, ids: Iterable[str]) -> None:
        """Remember the suggestions among what came, so that a list need not look at every case there ever was."""
        for case_id in ids:
            case = self.oversight.state.cases[case_id]
            if self.find(case.id) is not None and case.kind is Kind.SUGGESTION:
                self._ids.append(case_id)

    def services(self) -> dict[str, Service]:
        """Return the services with the offices that are known now."""
        register = self.oversight.state.register
        lines = sorted(register.offices.values(), key=lambda line: register.chain(line.id)[::-1])
        return services([(o.id, f"{o.name_fa} / {o.name_en}") for o in lines if o.id != INSPECTORATE])

    def find(self, request_id: str) -> Case | None:
        """Return a request by its id; what came by another way has no id here."""
        case = self.oversight.state.cases.get(request_id)
        return case if case is not None and case.source is Source.OPEN311 and case.stated is None else None

    def search(self, codes: Sequence[str], status: str | None, since: Instant, until: Instant) -> list[Case]:
        """Return suggestions between two instants, the newest first."""
        found: list[Case] = []
        if codes and "suggestion" not in codes:
            return found
        for request_id in reversed(self._ids):
            case = self.oversight.state.cases[request_id]
            if len(found) == ROWS_MAX or case.received_at < since:
                break
            if case.received_at <= until and status in (None, "closed" if case.closed else "open"):
                found.append(case)
        return found

    def shown(self, case: Case) -> Json:
        """Return what the public may know: times to the day, and nothing that was written."""
        state, service = self.oversight.state, services()[service_of(case)]
        due = owed(case, calendar_for(state, case.office, self.oversight.around))
        told = [message.at for message in case.messages if not message.internal]
        in_hand = bool(case.handler) or bool(told) or any(clock.stopped_at is not None for clock in case.clocks)
        desk = named(case.office, state.register)
        return {
            "service_request_id": case.id,
            "status": "closed" if case.closed else "open",
            "status_notes": STATES["closed" if case.closed else "in_hand" if in_hand else "received"],
            "service_name": service.name,
            "service_code": service.code,
            "description": None,
            "agency_responsible": f"{desk.fa} / {desk.en}",
            "service_notice": NOTICE,
            "requested_datetime": _day(case.received_at),
            "updated_datetime": _day(max([case.received_at, *told, *([case.closed_at] if case.closed_at else [])])),
            "expected_datetime": rfc3339(due) if due is not None else None,
            "address": None,
            "address_id": None,
            "zipcode": None,
            "lat": None,
            "long": None,
            "media_url": None,
        }

    def said(self, body: bytes) -> Said:
        """
        Return what a form says. Keys, devices, accounts and e-mail addresses in it are not kept.

        Raises:
            ReportIncomplete, ServiceNotFound, OfficeUnknown
        """
        fields = _fields(body)
        code, words = fields.get("service_code", ""), fields.get("description", "").strip()
        if not code or not words:
            raise ReportIncomplete(field="description" if code else "service_code")
        if code not in services():
            raise ServiceNotFound(service=code[:60])
        office = next((v for n in ("attribute[office]", "address_id", "jurisdiction_id") if (v := fields.get(n))), None)
        if office is None:
            raise ReportIncomplete(field="attribute[office]")
        line = self.oversight.state.register.offices.get(OfficeId(office))
        if line is None:
            raise OfficeUnknown(office=office[:120])
        name = f"{fields.get('first_name', '')} {fields.get('last_name', '')}".strip()[:LINE_MAX]
        phone = fields.get("phone", "").strip()[:40]
        report = code != "suggestion"
        return Said(
            kind=Kind.CRITICISM if report else Kind.SUGGESTION,
            text="\n".join([words, *_besides(fields)]),
            office=line.id,
            category=Category(code.removeprefix("report_")) if report else Category.OTHER,
            # A report about a station is shut to the station.
            unit=line.id if report and not line.desk else None,
            anonymous=not (name or phone),
            contact=Contact(name, phone) if name or phone else None,
        )


def _besides(fields: dict[str, str]) -> list[str]:
    """Return what the form has no better place for, as words; a link is kept as it was written and never followed."""
    said = []
    if place := fields.get("address_string", "").strip():
        said.append(f"جا / Place: {place[:LINE_MAX]}")
    try:
        lat, lon = (round(float(fields[name]), PLACE_DECIMALS) for name in ("lat", "long"))
        said.append(f"جا / Place: {lat:.2f}, {lon:.2f}")
    except (KeyError, ValueError, OverflowError):
        pass
    if link := fields.get("media_url", "").strip():
        said.append(f"پیوند / Link: {link[:LINE_MAX]}")
    return said


def _fields(body: bytes) -> dict[str, str]:
    try:
        text = body.decode("utf-8", "replace").replace("\x00", "")
        return dict(reversed(parse_qsl(text, max_num_fields=FIELDS_MAX, separator="&")))
    except ValueError:
        return {}


def _day(at: Instant) -> str:
    return rfc3339(start_of_day(day_of(at)))
