import { expect, test } from "vitest";
import type { Photo } from "../../../core/views";
import type { Entry } from "../queue";
import { leavingOf, ownSent, picturesOf } from "./list";

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
  expect(picturesOf(all, "i1").map((each) => each.id)).toEqual(["e", "a"]);
});

test("a crew takes back its own pictures only", () => {
  const all = [photo("1", "A12"), photo("2", "M07"), photo("3", null), photo("4", "A12")];
  expect(ownSent(all, "A12").map((each) => each.id)).toEqual(["4", "1"]);
  expect(ownSent(all, null)).toEqual([]);
});

test("a picture that is being taken back is not offered again, unless that was refused", () => {
  const back = (state: Entry["state"]) =>
    entry("x", { action: "photo_back", state, path: "/v1/incidents/i1/photos/p1/withdraw" });
  expect(leavingOf([back("waiting")], "p1")).toBe(true);
  expect(leavingOf([back("answered")], "p1")).toBe(true);
  expect(leavingOf([back("refused")], "p1")).toBe(false);
  expect(leavingOf([back("waiting")], "p2")).toBe(false);
});
