import { afterEach, beforeEach, expect, test, vi } from "vitest";
import type { View } from "./line";
import { Line } from "./line";

const VIEW: View = { state: "waiting", is_test: false, next_s: 5, texts: [] };
const BEGIN = { silent: false, no_voice: false, test: false };
interface Asked {
  readonly path: string;
  readonly answer: (view: View) => void;
}
let asked: Asked[] = [];

beforeEach(() => {
  asked = [];
  vi.stubGlobal(
    "fetch",
    (path: string) =>
      new Promise((done) => asked.push({ path, answer: (view) => done({ ok: true, json: async () => view }) })),
  );
});
afterEach(() => vi.unstubAllGlobals());

/** Let everything run that waits for nobody. */
const settled = () => new Promise((done) => setTimeout(done));

test("words written before the call for help arrived go behind it, and are not asked for a call nobody knows", async () => {
  const line = new Line(() => undefined);
  const begun = line.begin(BEGIN);
  line.say("hiding");
  await settled();
  expect(asked.map((each) => each.path)).toEqual(["/v1/sos"]);
  expect(line.unsent.map((each) => each.text)).toEqual(["hiding"]);
  asked[0]?.answer(VIEW);
  await begun;
  void line.run();
  await settled();
  expect(asked.map((each) => each.path)).toEqual(["/v1/sos", "/v1/sos/messages"]);
});

test("once the call for help arrived, words go at once", async () => {
  const line = new Line(() => undefined);
  const begun = line.begin(BEGIN);
  asked[0]?.answer(VIEW);
  await begun;
  line.say("hiding");
  await settled();
  expect(asked.at(-1)?.path).toBe("/v1/sos/messages");
});
