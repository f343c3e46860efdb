import { expect, test } from "vitest";
import { answerIn, isProof } from "./service";

test("what a browser came back with is read, and other addresses are none", () => {
  expect(answerIn("?state=in.a&code=b&iss=https%3A%2F%2Fid.example")).toEqual({
    state: "in.a",
    code: "b",
    iss: "https://id.example",
  });
  expect(answerIn("?error=access_denied&state=in.a")).toEqual({ state: "in.a", code: "" });
  for (const none of ["", "?seat=dispatcher", "?code=b", "?state=a"]) expect(answerIn(none)).toBeNull();
});

test("a proof is told from signing in", () => {
  expect(isProof({ state: "proof.a", code: "b" })).toBe(true);
  expect(isProof({ state: "in.proof.a", code: "b" })).toBe(false);
});
