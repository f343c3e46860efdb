import { expect, test } from "vitest";
import type { Photo } from "../../../core/views";
import type { Entry } from "../queue";
import { keptOf, leavingOf, ownSent } from "./list";

const entry = (id: string, more: Partial<Entry>): Entry =>
  ({ id, action: "photo", subject: "i1", state: "waiting", path: "", attempts: 0, ...more }) as unknown as Entry;
const photo = (id: string, sign: string | null): Photo => ({ id, call_sign: sign }) as unknown as Photo;

test("the device shows this incident's pictures that the centre has not confirmed, the newest first", () => {
  const all = [
    entry("a", {}),
    entry("b", { subject: "i2" }),
    entry("c", { action: "note" }),
    entry("d", { state: "answered" }),
    entry("e", { state: "refused" }),
  ];
  expect(keptOf(all, "i1", "photo").map((each) => each.id)).toEqual(["e", "a"]);
});

test("a crew takes back its own pictures only", () => {
  const all = [photo("1", "A12"), photo("2", "M07"), photo("3", null), photo("4", "A12")];
  expect(ownSent(all, "A12").map((each) => each.id)).toEqual(["4", "1"]);
  expect(ownSent(all, null)).toEqual([]);
});

test("a picture that is being taken back is not offered again, unless that was refused", () => {
  const back = (state: Entry["state"]) =>
    entry("x", { action: "photo_back", state, path: "/v1/incidents/i1/photos/p1/withdraw" });
  expect(leavingOf([back("waiting")], "photo", "p1")).toBe(true);
  expect(leavingOf([back("answered")], "photo", "p1")).toBe(true);
  expect(leavingOf([back("refused")], "photo", "p1")).toBe(false);
  expect(leavingOf([back("waiting")], "photo", "p2")).toBe(false);
});

test("a voice note and a picture of the same name are two things", () => {
  const back = entry("x", { action: "voice_back", path: "/v1/incidents/i1/voices/p1/withdraw" });
  expect([leavingOf([back], "voice", "p1"), leavingOf([back], "photo", "p1")]).toEqual([true, false]);
  const all = [entry("a", {}), entry("b", { action: "voice" })];
  expect(keptOf(all, "i1", "voice").map((each) => each.id)).toEqual(["b"]);
});
