import { describe, expect, it } from "vitest";
import { type Finding, inOrder, shortOf, whyNoReview, wordOf } from "./looks";
import { messages } from "./messages";

const finding = (id: string, last: string, reviewed = false): Finding => ({
  id,
  kind: "repeated",
  actor: "p",
  role: "dispatcher",
  subject: "x",
  looks: 3,
  days: 2,
  first_at: last,
  last_at: last,
  purposes: [],
  reviewed: reviewed ? { at: last, by: "i", note: "asked" } : null,
});

describe("looks", () => {
  it("puts what is still to be asked first, the newest on top", () => {
    const given = [finding("a", "2026-01-01"), finding("b", "2026-01-03", true), finding("c", "2026-01-02")];
    expect(inOrder(given).map((each) => each.id)).toEqual(["c", "a", "b"]);
  });
  it("asks for words before a review", () => {
    expect(whyNoReview(" ok ")).toBe("looks.why.note");
    expect(whyNoReview("asked")).toBeNull();
  });
  it("names what people know", () => {
    expect(["photo:12ab", "voice:12ab", "detail"].map(wordOf)).toEqual(["photo", "voice", "detail"]);
    expect([shortOf("khuzestan.u.A12"), shortOf("khuzestan.i12")]).toEqual(["A12", "khuzestan.i12"]);
  });
  it("has the same words in both languages", () => {
    expect(Object.keys(messages.fa)).toEqual(Object.keys(messages.en));
  });
});
