import { afterEach, beforeEach, expect, test, vi } from "vitest";
import type { View } from "./line";
import { Line } from "./line";

const VIEW: View = { state: "waiting", is_test: false, next_s: 5, texts: [] };
const BEGIN = { silent: false, no_voice: false, test: false };
interface Asked {
  readonly path: string;
  readonly secret: string;
  readonly answer: (view: View) => void;
  readonly fail: () => void;
}
let asked: Asked[] = [];
/** What the tab keeps. */
let kept = new Map<string, string>();

beforeEach(() => {
  asked = [];
  vi.stubGlobal(
    "fetch",
    (path: string, init: { headers: Record<string, string> }) =>
      new Promise((done, fail) =>
        asked.push({
          path,
          secret: init.headers["Nazdik-Page"] ?? "",
          answer: (view) => done({ ok: true, json: async () => view }),
          fail: () => fail(new TypeError("no network")),
        }),
      ),
  );
  kept = new Map();
  vi.stubGlobal("sessionStorage", {
    getItem: (name: string) => kept.get(name) ?? null,
    setItem: (name: string, value: string) => kept.set(name, value),
    removeItem: (name: string) => kept.delete(name),
  });
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

test("a page that never began asks for no call, and keeps nothing", async () => {
  const line = new Line(() => undefined);
  await settled();
  expect(line.resumes).toBe(false);
  expect(asked).toEqual([]);
  expect(kept.size).toBe(0);
});

test("loaded again while the network is gone it is still the same call, and says so until the server answers", async () => {
  const first = new Line(() => undefined);
  const begun = first.begin({ ...BEGIN, silent: true });
  asked[0]?.answer(VIEW);
  await begun;
  first.say("hiding");
  await settled();
  const again = new Line(() => undefined);
  expect([again.resumes, again.wasSilent, again.view.state]).toEqual([true, true, "waiting"]);
  expect(again.unsent.map((each) => each.text)).toEqual(["hiding"]);
  const resumed = again.resume();
  asked.at(-1)?.fail();
  expect(await resumed).toBe(true);
  expect(again.trouble).toBe("failed");
  expect(new Line(() => undefined).resumes).toBe(true);
});

test("loaded again before the call for help arrived, it is sent again under the same secret", async () => {
  void new Line(() => undefined).begin({ ...BEGIN, test: true });
  await settled();
  const again = new Line(() => undefined);
  expect(again.view.is_test).toBe(true);
  void again.resume();
  await settled();
  expect(asked.map((each) => each.path)).toEqual(["/v1/sos", "/v1/sos"]);
  expect(asked[1]?.secret).toBe(asked[0]?.secret);
});

test("a call that is over is not resumed, and the next one is another", async () => {
  const first = new Line(() => undefined);
  const begun = first.begin(BEGIN);
  asked[0]?.answer(VIEW);
  await begun;
  const again = new Line(() => undefined);
  const resumed = again.resume();
  asked.at(-1)?.answer({ ...VIEW, state: "ended" });
  expect(await resumed).toBe(false);
  expect(kept.size).toBe(0);
  void again.begin(BEGIN);
  await settled();
  expect(asked.at(-1)?.path).toBe("/v1/sos");
  expect(asked.at(-1)?.secret).not.toBe(asked[0]?.secret);
});
