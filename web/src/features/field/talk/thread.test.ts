import { expect, it } from "vitest";
import type { Message } from "../../../core/views";
import type { Entry } from "../queue";
import { threadOf, unread } from "./thread";

const UNIT = "p.u.A01";
const message = (id: string, change: Partial<Record<keyof Message, unknown>>): Message =>
  ({
    id,
    at: `2026-11-22T10:0${id}:00Z`,
    from_unit: null,
    to: [],
    incident_number: null,
    read_at: null,
    text: id,
    ...change,
  }) as unknown as Message;
const to = (unit: string, delivered = false, read = false) => ({
  unit,
  call_sign: "x",
  delivered_at: delivered ? "t" : null,
  read_at: read ? "t" : null,
});
const all = [
  message("2", { from_unit: UNIT, read_at: "t" }),
  message("1", { to: [to(UNIT, true), to("p.u.A02")] }),
  message("3", { to: [to("p.u.A02")] }),
  message("4", { to: [to(UNIT, true, true)] }),
];
const entry = (action: string, subject: string) =>
  ({
    id: "e",
    action,
    subject,
    state: "waiting",
    body: { text: "خواهم آمد" },
    deviceAt: "2026-11-22T11:00:00Z",
  }) as unknown as Entry;

it("a crew reads its own talk in order, with what still waits to be sent", () => {
  const lines = threadOf(UNIT, all, [entry("message", UNIT)]);
  expect(lines.map(({ text, own, mark }) => [text, own, mark])).toEqual([
    ["1", false, "delivered"],
    ["2", true, "read"],
    ["4", false, "read"],
    ["خواهم آمد", true, "waiting"],
  ]);
});

it("what was opened is not new, also before the centre has heard of it", () => {
  expect(unread(UNIT, all, []).map(({ id }) => id)).toEqual(["1"]);
  expect(unread(UNIT, all, [entry("message_read", "1")])).toEqual([]);
});
