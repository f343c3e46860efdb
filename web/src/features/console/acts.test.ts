import { beforeEach, expect, test } from "vitest";
import { AlarmActs } from "./acts/alarms";
import { CallActs } from "./acts/calls";
import { IncidentActs } from "./acts/incidents";
import { UnitActs } from "./acts/units";
import { emptyForm, useDesk } from "./store";

interface Asked {
  readonly url: string;
  readonly body: Readonly<Record<string, unknown>>;
}

/** A server that answers everything with yes, except what it refuses, and the acts of a desk beside it. */
function desk(refuses: (url: string) => boolean = () => false) {
  const asked: Asked[] = [];
  const command = async (url: string, body: Asked["body"]) => {
    asked.push({ url, body });
    if (refuses(url)) throw new Error("no");
    return { call_id: "p.c1", incident_id: "p.i1", events: [], assignment_ids: [] };
  };
  const entries = [
    { name: "dispatch.incident_held.v1", subject: "p.i7", data: { words: "rings back" } },
    { name: "dispatch.incident_held.v1", subject: "p.i8", data: { words: "of another" } },
  ];
  const app = {
    api: { command, get: async () => ({ entries }) },
    clock: { now: () => 1_000 },
    world: { unit: new Map(), call: new Map() },
  };
  return {
    asked,
    calls: new CallActs(app as never),
    alarms: new AlarmActs(app as never),
    incidents: new IncidentActs(app as never),
    units: new UnitActs(app as never),
  };
}

const form = {
  ...emptyForm("f1", 0),
  call: "p.c1" as never,
  hazards: " a knife ",
  narrative: "two men fight",
};
const DANGER_FIRST = "خطر: a knife\ntwo men fight";

beforeEach(() => {
  useDesk.setState({ forms: {}, form: null, end: "detail", undo: null, said: null });
  useDesk.getState().openForm(form);
});

test("the danger that a caller tells of reaches the crews of the incident that the call is joined to", async () => {
  const { asked, calls } = desk();
  await calls.link(form, { id: "p.i7", number: 7 } as never);
  expect(asked).toEqual([
    { url: "/v1/calls/p.c1/link", body: { incident: "p.i7" } },
    { url: "/v1/incidents/p.i7/notes", body: { text: DANGER_FIRST } },
  ]);
});

test("a join that is undone tells whoever read its note that it does not hold", async () => {
  const { asked, calls } = desk();
  await calls.link(form, { id: "p.i7", number: 7 } as never);
  asked.length = 0;
  await calls.undo();
  expect(asked.map((each) => each.url)).toEqual(["/v1/calls/p.c1/link", "/v1/incidents/p.i7/notes"]);
  expect(asked[1]?.body.text).toContain(DANGER_FIRST);
  expect(asked[1]?.body.text).not.toBe(DANGER_FIRST);
});

test("a note is taken back by a second one; without words nothing is said of the call's", async () => {
  const { asked, calls, incidents } = desk();
  await incidents.note({ id: "p.i7", number: 7 } as never, "gate is locked");
  asked.length = 0;
  await incidents.undo();
  expect(asked).toEqual([
    { url: "/v1/incidents/p.i7/notes", body: { text: expect.stringContaining("gate is locked") } },
  ]);
  const silent = { ...form, hazards: "", narrative: "" };
  await calls.link(silent, { id: "p.i7", number: 7 } as never);
  asked.length = 0;
  await calls.undo();
  expect(asked.map((each) => each.url)).toEqual(["/v1/calls/p.c1/link"]);
});

test("a call that becomes no incident keeps the danger among its words", async () => {
  const { asked, calls } = desk();
  await calls.closeCall(form, "advice");
  expect(asked).toEqual([{ url: "/v1/calls/p.c1/close", body: { outcome: "advice", narrative: DANGER_FIRST } }]);
});

test("others who take the call over are told of the danger; when they do not, it stands where it was typed", async () => {
  const { asked, calls } = desk((url) => url.endsWith("/transfer"));
  expect(await calls.transfer(form, "khuzestan", "there", "")).toBe(false);
  expect(asked.map((each) => each.url)).toEqual(["/v1/calls/p.c1/draft", "/v1/calls/p.c1/transfer"]);
  expect(asked[0]?.body).toEqual({ narrative: DANGER_FIRST });
  expect(useDesk.getState().forms.f1).toMatchObject({ hazards: form.hazards, narrative: form.narrative });
});

test("one undo takes back what was said of several units, and each is away for the reason that it was", async () => {
  const { asked, units } = desk();
  const away = (sign: string, secondary: string) => ({ id: `p.u.${sign}`, call_sign: sign, secondary }) as never;
  await units.available([away("A01", "Meal"), away("A02", "Station")], true);
  expect(useDesk.getState().undo?.text.values).toEqual({ units: "A01 A02" });
  asked.length = 0;
  await units.undo();
  expect(asked).toEqual([
    { url: "/v1/units/p.u.A01/status", body: { available: false, secondary: "Meal" } },
    { url: "/v1/units/p.u.A02/status", body: { available: false, secondary: "Station" } },
  ]);
});

test("what is parted, released, reopened or said to be free soon is taken back by one key", async () => {
  const { asked, incidents, units } = desk();
  const of = (change: object) => ({ id: "p.i7", number: 7, disposition: null, ...change }) as never;
  const undone = async (act: Promise<void>, acts: { undo(): Promise<void> } = incidents) => {
    await act;
    asked.length = 0;
    await acts.undo();
    return asked.map(({ url, body }) => [url.replace("/v1/", ""), body]);
  };
  expect(await undone(incidents.unjoin(of({}), "p.i8" as never))).toEqual([["incidents/p.i7/join", { into: "p.i8" }]]);
  expect(await undone(incidents.releaseService(of({}), "fire", "125"))).toEqual([
    ["incidents/p.i7/services", { service: "fire" }],
  ]);
  expect(await undone(incidents.reopen(of({ disposition: "arrest" }), "why"))).toEqual([
    ["incidents/p.i7/close", { disposition: "arrest" }],
  ]);
  expect(await undone(incidents.reopen(of({}), "why"))).toEqual([["incidents/p.i7/cancel", { reason: "undo" }]]);
  const hold = { since: "1970-01-01T00:00:00Z", until: "1970-01-01T00:10:00Z", reason: "caller", by: "x" };
  expect(await undone(incidents.release(of({ hold })))).toEqual([
    ["incidents/p.i7/hold", { until: hold.until, reason: "caller", words: "rings back" }],
  ]);
  // The clock stands at one second after the epoch.
  const unit = (free_at: string | null) => ({ id: "p.u.A01", call_sign: "A01", free_at }) as never;
  const soon = (free_at: string | null) => undone(units.freeSoon(unit(free_at), 300), units);
  expect(await soon("1970-01-01T00:02:01Z")).toEqual([["units/p.u.A01/free-soon", { in_s: 120 }]]);
  expect(await soon("1970-01-01T00:00:05Z")).toEqual([["units/p.u.A01/free-soon", { in_s: null }]]);
  expect(await soon(null)).toEqual([["units/p.u.A01/free-soon", { in_s: null }]]);
});

test("alarms that lie folded are taken in one act of their province", async () => {
  const { asked, alarms } = desk();
  await alarms.acknowledgeAll(["p.i1!late", "p.i2!late", "q.i1!late"].map((id) => ({ id }) as never));
  expect(asked).toEqual([
    { url: "/v1/alarms/acknowledge", body: { alarms: ["p.i1!late", "p.i2!late"] } },
    { url: "/v1/alarms/acknowledge", body: { alarms: ["q.i1!late"] } },
  ]);
});
