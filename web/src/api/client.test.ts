import { expect, test } from "vitest";
import type { CommandId } from "../core/units";
import { Api } from "./client";
import { PendingRegistry } from "./pending";
import type { Problem } from "./problem";
import { uuid7 } from "./uuid7";

interface Ask {
  readonly path: string;
  readonly headers: Record<string, string>;
}

function bench(answers: (Response | "silence")[]) {
  const asked: Ask[] = [];
  const slept: number[] = [];
  const pending = new PendingRegistry();
  const api = new Api({
    fetch: (async (path: string, init: RequestInit) => {
      asked.push({ path, headers: init.headers as Record<string, string> });
      const answer = answers.shift() ?? "silence";
      if (answer === "silence") throw new TypeError("network");
      return answer;
    }) as typeof fetch,
    language: () => "fa",
    token: () => null,
    nowMs: () => 0,
    sleep: async (ms) => void slept.push(ms),
    pending,
  });
  return { api, asked, slept, pending };
}
const json = (status: number, body: object) => new Response(JSON.stringify(body), { status });

test("a silent network is asked again with the same key until it answers", async () => {
  const { api, asked, pending } = bench(["silence", "silence", json(200, { events: ["dispatch.unit_sent.v1"] })]);
  await api.command("/v1/x", {}, { action: "send", subjects: ["u1"] });
  const keys = asked.map((each) => each.headers["Idempotency-Key"]);
  expect(keys).toHaveLength(3);
  expect(new Set(keys).size).toBe(1);
  expect(pending.all()).toMatchObject([{ state: "answered", action: "send", subjects: ["u1"] }]);
  pending.confirm([keys[0] as string]);
  expect(pending.all()).toEqual([]);
});

test("a refusal is not asked again; it stays with its reason until dismissed", async () => {
  const { api, asked, pending } = bench([
    json(409, { code: "dispatch.incident_is_closed", title: "رخداد بسته است", retryable: false }),
  ]);
  const problem = (await api.command("/v1/x").catch((error: unknown) => error)) as Problem;
  expect(problem).toMatchObject({ code: "dispatch.incident_is_closed", status: 409, retryable: false });
  expect(asked).toHaveLength(1);
  expect(pending.all()[0]).toMatchObject({ state: "refused" });
  pending.dismiss(pending.all()[0]?.id as CommandId);
  expect(pending.all()).toEqual([]);
});

test("the change may come before the answer", async () => {
  const { api, pending } = bench([json(200, { events: ["x"] })]);
  pending.confirm(["c1"]);
  await api.command("/v1/x", {}, { id: "c1" as CommandId });
  expect(pending.all()).toEqual([]);
});

test("a command that changed nothing is not waited for", async () => {
  const { api, pending } = bench([json(200, { events: [] })]);
  await api.command("/v1/x");
  expect(pending.all()).toEqual([]);
});

test("503 is asked again and given up in the end", async () => {
  const { api, asked, slept } = bench(
    Array.from({ length: 9 }, () => json(503, { code: "log.unavailable", retryable: true })),
  );
  await expect(api.command("/v1/x")).rejects.toMatchObject({ code: "log.unavailable" });
  expect(asked).toHaveLength(7);
  expect(slept).toEqual([250, 500, 1000, 2000, 4000, 4000]);
});

test("reads carry the language and leave out empty query values", async () => {
  const { api, asked } = bench([json(200, {})]);
  await api.get("/v1/places", { q: "آزادی", near: null });
  expect(asked[0]?.path).toBe(`/v1/places?q=${encodeURIComponent("آزادی")}`);
  expect(asked[0]?.headers["Accept-Language"]).toBe("fa");
});

test("command ids are version 7, ordered and never twice the same", () => {
  const ids = Array.from({ length: 5000 }, () => uuid7());
  expect(new Set(ids).size).toBe(ids.length);
  expect([...ids].sort()).toEqual(ids);
  for (const id of ids.slice(0, 50))
    expect(id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
});
