/** Views for tests: one of each, with what a test cares about replaced. */

import type { Alarm, Assignment, Incident, Unit } from "./views";

const AT = "2026-11-21T18:00:00Z";

export function anIncident(change: Partial<Record<keyof Incident, unknown>> = {}): Incident {
  return {
    id: "khuzestan.i1",
    number: 1234,
    province: "khuzestan",
    kind: "traffic_injury",
    kind_common: "TRAFINJ",
    priority: 2,
    draft: false,
    status: "Active",
    waiting_reason: null,
    place: "کیان‌پارس، ۱۰ غربی",
    point: [48.68, 31.32],
    station: "khuzestan.ahvaz.s11",
    offices: [],
    assignments: [],
    units_needed: 1,
    units_missing: 1,
    calls: 1,
    created_at: AT,
    classified_at: AT,
    point_at: AT,
    first_sent_at: null,
    first_accepted_at: null,
    first_en_route_at: null,
    first_on_scene_at: null,
    last_cleared_at: null,
    closed_at: null,
    disposition: null,
    escalated_to: null,
    seen: {},
    late_entry: false,
    waiting_since: null,
    emergency: false,
    in_danger: null,
    reopened_at: null,
    ...change,
  } as unknown as Incident;
}

export function anAssignment(change: Partial<Record<keyof Assignment, unknown>> = {}): Assignment {
  return {
    id: "khuzestan.i1.1",
    unit: "khuzestan.u.A12",
    call_sign: "A12",
    state: "sent",
    pre_alert: false,
    cause: "automatic",
    travel_time_s: 180,
    distance_m: 2100,
    reserved_at: AT,
    sent_at: AT,
    delivered_at: null,
    sounded_at: null,
    accepted_at: null,
    en_route_at: null,
    arrived_area_at: null,
    on_scene_at: null,
    transport_at: null,
    cleared_at: null,
    ended_at: null,
    reason: null,
    answer_by: null,
    safety_due: null,
    skill: "patrol",
    realerted_at: null,
    realert_reason: null,
    safety_asked_at: null,
    ...change,
  } as unknown as Assignment;
}

export function aUnit(change: Partial<Record<keyof Unit, unknown>> = {}): Unit {
  return {
    id: "khuzestan.u.A12",
    slot: 1,
    call_sign: "A12",
    office: "khuzestan.ahvaz.s11",
    kind: "car",
    skills: ["patrol"],
    crew: 2,
    on_duty: true,
    primary: "Available",
    secondary: "Available",
    status_since: AT,
    assignment: null,
    assignment_state: null,
    incident: null,
    incident_number: null,
    divertible: false,
    emergency: null,
    safety_due: null,
    ...change,
  } as unknown as Unit;
}

export function anAlarm(change: Partial<Record<keyof Alarm, unknown>> = {}): Alarm {
  return {
    id: "khuzestan.i1!waiting",
    cause: "waiting",
    incident: "khuzestan.i1",
    unit: null,
    priority: 2,
    tier: "station",
    office: "khuzestan.ahvaz.s11",
    raised_at: AT,
    climbs_at: null,
    acknowledged_at: null,
    acknowledged_by: null,
    incident_number: 1234,
    call_sign: null,
    ...change,
  } as unknown as Alarm;
}
