"""EIDOs: what we write passes our own strict check, what is wrong is named, and what comes in is understood or kept."""

import copy
import dataclasses
import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nazdik.intake.sip.location import read_pidf
from nazdik.interchange import codes
from nazdik.interchange.eido import eido_of
from nazdik.interchange.eido_check import faults_of
from nazdik.interchange.inbox import read_eido
from nazdik.interchange.names import Names
from nazdik.kernel import CallId, IncidentId, Instant, LonLat, OfficeId, ProvinceId, UnitId
from nazdik.published.shared import SharedCall, SharedIncident, SharedNote, SharedOffice, SharedPlace, SharedUnit
from tests.interfaces import samples

SAMPLE = samples("eido", "json")[1]
NAMES = Names("cad.example.org")
AT = Instant(1_795_223_709_000_000)
texts = st.text(max_size=60)
places = st.builds(
    SharedPlace,
    point=st.none() | st.builds(LonLat, st.floats(1, 179), st.floats(-89, 89)),
    accuracy_m=st.none() | st.floats(0, 1e6),
    civic=texts,
    at=st.just(AT),
)
calls = st.builds(
    SharedCall,
    id=st.integers(0, 10**6).map(lambda n: CallId(f"khuzestan.c{n:020x}")),
    number=st.none() | texts,
    name=st.none() | texts,
    callback=st.none() | texts,
    presented_at=st.just(AT),
    answered_at=st.none() | st.just(AT),
    ended_at=st.none() | st.just(AT),
    places=st.lists(places, max_size=2).map(tuple),
    data=st.lists(
        st.tuples(st.sampled_from(["emergencycalldata.comment+xml", "call-info", "note"]), texts), max_size=3
    ).map(tuple),
)
units = st.builds(
    SharedUnit,
    id=st.integers(1, 500).map(lambda n: UnitId(f"khuzestan.u.A{n}")),
    call_sign=st.just("A12"),
    office=st.sampled_from([OfficeId("khuzestan.ahvaz.11"), OfficeId("khuzestan.dezful")]),
    skills=st.just(("patrol",)),
    primary=st.sampled_from(sorted(codes.PRIMARY_UNIT_STATUSES)),
    secondary=st.sampled_from(["Dispatched", "EnRoute", "OnScene"]),
)
incidents = st.builds(
    SharedIncident,
    id=st.just(IncidentId("khuzestan.i7f3a91c2d07f3a91c2d0")),
    number=st.integers(1, 10**6),
    province=st.just(ProvinceId("khuzestan")),
    desk=st.just(OfficeId("khuzestan.ahvaz.11")),
    kind=st.just("armed_robbery"),
    kind_common=st.just("ROBBERY"),
    priority=st.none() | st.integers(1, 5),
    status=st.sampled_from(sorted(codes.STATUSES)),
    reopened=st.booleans(),
    point=st.none() | st.just(LonLat(48.68, 31.32)),
    place=texts,
    narrative=texts,
    hazards=texts,
    changed_at=st.just(AT),
    created_at=st.just(AT),
    ended_at=st.none() | st.just(AT),
    disposition=st.none() | st.just("arrest"),
    disposition_common=st.none() | st.just("03"),
    offices=st.just((SharedOffice(OfficeId("khuzestan.ahvaz.11"), ("Dispatching",)),)),
    units=st.lists(units, max_size=3, unique_by=lambda unit: unit.id).map(tuple),
    calls=st.lists(calls, max_size=3, unique_by=lambda call: call.id).map(tuple),
    notes=st.lists(st.builds(SharedNote, at=st.just(AT), text=texts), max_size=2).map(tuple),
)

INCIDENT = SharedIncident(
    id=IncidentId("khuzestan.i7f3a91c2d07f3a91c2d0"),
    number=417,
    province=ProvinceId("khuzestan"),
    desk=OfficeId("khuzestan"),
    kind="fight",
    kind_common="FIGHT",
    priority=3,
    status="Active",
    reopened=False,
    point=None,
    place="",
    narrative="",
    hazards="",
    changed_at=AT,
    created_at=AT,
    ended_at=None,
    disposition=None,
    disposition_common=None,
    offices=(),
    units=(),
    calls=(),
    notes=(),
)


@settings(max_examples=150, deadline=None)
@given(incidents, st.booleans())
def test_every_eido_of_ours_passes_the_strict_check(incident: SharedIncident, personal: bool) -> None:
    document = json.loads(json.dumps(eido_of(incident, NAMES, personal=personal)))
    assert faults_of(document) == ()
    for component in document.get("locationComponent", []):
        told = read_pidf(component["locationByValue"].encode())
        assert told or "<gml:pos>" not in component["locationByValue"]


@settings(max_examples=60, deadline=None)
@given(incidents)
def test_what_callers_said_leaves_only_with_the_grant(incident: SharedIncident) -> None:
    document = eido_of(incident, NAMES, personal=False)
    assert not {"callComponent", "callbackComponent", "personComponent", "notesComponent"} & set(document)
    kinds = {one["locationTypeDescriptionRegistryText"] for one in document.get("locationComponent", [])}
    assert kinds <= {"CurrentIncident"}


@given(incidents)
@settings(max_examples=20)
def test_answers_to_key_questions_travel_among_the_notes_and_only_with_the_grant(incident: SharedIncident) -> None:
    answered = dataclasses.replace(incident, answers=("سلاح سرد / Blade", "رفته‌اند / Gone"))
    told = [note["notesActionComments"] for note in eido_of(answered, NAMES, personal=True)["notesComponent"]]
    assert "سلاح سرد / Blade؛ رفته‌اند / Gone" in told
    assert "Blade" not in json.dumps(eido_of(answered, NAMES, personal=False))


def test_a_name_of_ours_leads_back_and_one_of_another_does_not() -> None:
    own = IncidentId("tehran-central.i0123456789abcdef0123")
    assert NAMES.find_incident(NAMES.incident(own)) == own
    assert NAMES.find_incident("urn:emergency:uid:incidentid:0123456789:bcf.elsewhere.example") is None


def test_the_most_urgent_stays_the_most_urgent_there_and_back() -> None:
    out = [codes.priority_out(priority) for priority in range(1, 6)]
    assert out == sorted(out, reverse=True) and out[0] == 10
    assert [codes.priority_in(number) for number in out] == [1, 2, 3, 4, 5]
    back = [codes.priority_in(number) for number in range(11)]
    assert back == sorted(back, reverse=True) and set(back) == {1, 2, 3, 4, 5}


def test_the_sample_of_the_page_is_sound_and_understood() -> None:
    told = read_eido(SAMPLE.encode())
    assert told.faults == ()
    assert (told.kind_common, told.priority, told.number) == ("ROBBERY", 1, "+15555550110")
    assert told.words == "Two on a motorcycle, one with a knife & a red helmet"
    assert [one.point for one in read_pidf(told.places[0].encode())] == [LonLat(51.4089, 35.7156)]
    assert {"eido-incident", "eido-about", "eido-call", "eido-callback", "eido-location"} <= {k for k, _ in told.data}


def bent(path: str, value: Any) -> dict[str, Any]:
    """Return the sample with one thing set otherwise; None takes it out."""
    document = json.loads(SAMPLE)
    at: Any = document
    *steps, last = path.split(".")
    for step in steps:
        at = at[int(step)] if step.isdigit() else at[step]
    if value is None:
        del at[last]
    else:
        at[last] = value
    return copy.deepcopy(document)


@pytest.mark.parametrize(
    ("path", "value", "what"),
    [
        ("$id", None, "missing"),
        ("eidoVersion", "2.0", "unknown_version"),
        ("issuingElementIdentification", None, "missing"),
        ("agencyComponent", [], "missing"),
        ("lastUpdateTimeStamp", "2026-11-21 01:15", "not_a_time"),
        ("lastUpdateTimeStamp", "2026-11-21T01:15:30", "not_a_time"),
        ("incidentComponent", [], "not_one_object"),
        ("incidentComponent.incidentTypeCommonRegistryText", None, "missing"),
        ("incidentComponent.incidentCommonPriorityNumber", 11, "outside_0_to_10"),
        ("incidentComponent.incidentCommonPriorityNumber", True, "outside_0_to_10"),
        ("incidentComponent.incidentStatusCommonRegistryText", ["Open"], "not_in_registry"),
        ("incidentComponent.locationReference", [{"$ref": "loc-2"}], "leads_nowhere"),
        ("incidentComponent.locationReference", [{"$ref": "loc-1", "x": 1}], "not_a_reference"),
        ("incidentComponent.locationReference", ["loc-1"], "not_a_reference"),
        ("callComponent.0.callStateRegistryText", None, "missing"),
        ("callComponent.0.callStateRegistryText", "ringing", "not_in_registry"),
        ("callComponent.0.callBackReference", "cb-1", "not_a_reference"),
        ("locationComponent.0.locationTypeDescriptionRegistryText", "Here", "not_in_registry"),
        ("locationComponent.0.locationByValue", {"lat": 1}, "not_a_text"),
        ("agencyComponent.0.agencyType", None, "missing"),
        ("callbackComponent.0.$id", "loc-1", "id_used_twice"),
        ("notesComponent.0.updatedByAgencyReference", None, "missing"),
        ("callbackComponent", ["x"], "not_an_object"),
        ("agencyComponent", {"$id": "x"}, "not_a_list"),
        ("agencyComponent.0.agencyType", "police", "not_a_list"),
        ("agencyComponent.0.agencyType", ["police", 1], "not_a_text"),
        ("callComponent.0.direction", "inbound", "not_in_registry"),
        ("callComponent.0.locationReference", {"$ref": "loc-1"}, "not_a_list"),
        ("callComponent.0.callBackReference", [{"$ref": "cb-1"}], "not_one_reference"),
        ("callComponent.0.standardPrimaryCallType", None, "missing"),
        ("callbackComponent.0.updatedCbn", {"$id": "cbn-1"}, "missing"),
        ("incidentComponent.incidentTypeCommonRegistryText", 7, "not_a_text"),
        ("linkComponent", [{"$id": "link-1", "linkDirectionCode": "MARRIED"}], "not_in_registry"),
        ("updatedByAgencyReference", [{"$ref": "cad.neighbour.example"}], "not_one_reference"),
    ],
)
def test_each_fault_is_named_and_the_rest_is_still_read(path: str, value: Any, what: str) -> None:
    document = bent(path, value)
    assert what in {fault.what for fault in faults_of(document)}
    assert read_eido(json.dumps(document).encode()).faults


def test_what_a_unit_can_do_travels_in_our_words_beside_the_registrys() -> None:
    unit = SharedUnit(
        UnitId("khuzestan.u.A12"), "A12", OfficeId("khuzestan"), ("patrol", "armed"), "NotAvailable", "EnRoute"
    )
    (told,) = eido_of(dataclasses.replace(INCIDENT, units=(unit,)), NAMES, personal=False)["emergencyResourceComponent"]
    assert told["resourceAttributeRegistryText"] == ["Other"]
    assert told["resourceAttributeInternalText"] == ["patrol", "armed"]


def test_what_came_with_a_call_goes_out_as_additional_data() -> None:
    data = (
        ("emergencycalldata.comment+xml", "<c>deaf</c>"),
        ("call-info", "<https://adr.example/1>; purpose=EmergencyCallData.ProviderInfo"),
        ("call-info", "no address"),
        ("silent", "1"),
    )
    call = SharedCall(CallId("khuzestan.c0123456789abcdef0123"), None, None, None, AT, None, None, (), data)
    document = eido_of(dataclasses.replace(INCIDENT, calls=(call,)), NAMES, personal=True)
    assert faults_of(document) == ()
    by_value, by_url = document["additionalDataComponent"]
    assert by_value["additionalDataByValue"] == "<c>deaf</c>"
    assert (by_url["additionalDataByReferenceUrl"], by_url["urlPurpose"]) == (
        "https://adr.example/1",
        "EmergencyCallData.ProviderInfo",
    )
    references = document["callComponent"][0]["additionalDataReference"]
    assert references == [{"$ref": by_value["$id"]}, {"$ref": by_url["$id"]}]


def test_a_callers_name_goes_out_and_comes_in_as_niem_writes_it() -> None:
    """NENA's schema takes NIEM's person: whoever reads by the schema looks for `name[].personFullName[].value`."""
    call = SharedCall(CallId("khuzestan.c0123456789abcdef0123"), None, "نمونه", None, AT, None, None, ())
    document = eido_of(dataclasses.replace(INCIDENT, calls=(call,)), NAMES, personal=True)
    (person,) = document["personComponent"]
    assert person["ncPersonComponent"] == {"name": [{"personFullName": [{"value": "نمونه"}]}]}
    assert read_eido(json.dumps(document).encode()).name == "نمونه"
    for names, told in (
        ([{"personGivenName": [{"value": "A"}], "personSurName": [{"value": "Caller"}]}], "A Caller"),
        ([{"personFullName": ["A Caller"]}], "A Caller"),
        ({"personFullName": "A Caller"}, "A Caller"),
        ([{"personFullName": [{"value": 3}, None]}, 7], None),
    ):
        person["ncPersonComponent"] = {"name": names}
        assert read_eido(json.dumps(document).encode()).name == told


@pytest.mark.parametrize(
    ("callback", "number"),
    [
        ({"callBackInformationUri": ["sip:8195551212@osp.example", "tel:8195551212"]}, "8195551212"),
        ({"callBackInformationUri": ["SIPS:+18195551212@osp.example;user=phone"]}, "+18195551212"),
        ({"callBackInformationUri": ["tel:1"], "updatedCbn": {"updatedCbnIdentifierUri": "tel:+2"}}, "+2"),
        ({"callBackInformationUri": [], "updatedCbn": "tel:+2"}, None),
    ],
)
def test_where_to_call_back_is_read_however_it_is_written(callback: dict[str, Any], number: str | None) -> None:
    document = bent("callbackComponent", [{**json.loads(SAMPLE)["callbackComponent"][0], **callback}])
    assert read_eido(json.dumps(document).encode()).number == number


def test_depth_and_size_are_bounded_before_anything_is_looked_at() -> None:
    deep: Any = "x"
    for _ in range(200):
        deep = [deep]
    assert [f.what for f in faults_of({"a": deep})] == ["too_deep"]
    assert [f.what for f in faults_of({"a": list(range(30_000))})] == ["too_many_values"]
    assert [f.what for f in faults_of({"a": "x" * 300_000})] == ["text_too_long"]
    assert [f.what for f in read_eido(b"[" * 100_000).faults] == ["not_json"]


anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | texts,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(texts, inner, max_size=4),
    max_leaves=20,
)


@settings(max_examples=200, deadline=None)
@given(st.data())
def test_whatever_comes_is_handed_over(data: st.DataObject) -> None:
    """Raw bytes, any JSON, and the sample with anything in any place: never an exception, always bounded."""
    document = json.loads(SAMPLE)
    for name in data.draw(st.lists(st.sampled_from(sorted(document)), max_size=4)):
        document[name] = data.draw(anything)
    body = data.draw(st.binary(max_size=200) | anything.map(lambda v: json.dumps(v).encode()) | st.just(None))
    told = read_eido(json.dumps(document).encode() if body is None else body)
    assert told.data or told.incident_id is None
    assert all(len(text) <= 2_000 for _, text in told.data)
    assert told.number is None or len(told.number) <= 40
