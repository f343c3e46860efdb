import { expect, test, vi } from "vitest";
import type { KeptFile } from "./paper";
import { inTime, KEEP_EVERY_S, keepFresh, withNonce, writeFile } from "./paper";

test("a page gets the nonce of the page that opens it, and nothing else changes", () => {
  const html = '<html><head><style nonce="theirs">b{}</style></head><body>nonce="theirs"</body></html>';
  expect(withNonce(html, "$&ours")).toBe(html.replace('style nonce="theirs"', () => 'style nonce="$&ours"'));
});

test("a file is closed only when all of it is written", async () => {
  const done: string[] = [];
  const file = (fails: boolean): KeptFile => ({
    createWritable: async () => ({
      write: async (text) => {
        if (fails) throw new Error("full");
        done.push(text);
      },
      close: async () => {
        done.push("closed");
      },
    }),
  });
  await writeFile(file(false), "pack");
  expect(done).toEqual(["pack", "closed"]);
  await expect(writeFile(file(true), "pack")).rejects.toThrow("full");
  expect(done).toEqual(["pack", "closed"]);
});

test("the pack is read every minute, and one that cannot be read leaves the one before", async () => {
  vi.useFakeTimers();
  const answers = ["first", null, "third", "after the end"];
  const held: string[] = [];
  const read = vi.fn(async () => {
    const answer = answers.shift();
    if (answer == null) throw new Error("gone");
    return answer;
  });
  const end = keepFresh(read, (html) => held.push(html), 5);
  await vi.advanceTimersByTimeAsync(4_999);
  expect(read).not.toHaveBeenCalled();
  await vi.advanceTimersByTimeAsync(1);
  expect(held).toEqual(["first"]);
  await vi.advanceTimersByTimeAsync(KEEP_EVERY_S * 1000);
  expect([read.mock.calls.length, held]).toEqual([2, ["first"]]);
  await vi.advanceTimersByTimeAsync(KEEP_EVERY_S * 1000);
  expect(held).toEqual(["first", "third"]);
  end();
  await vi.advanceTimersByTimeAsync(600_000);
  expect([read.mock.calls.length, KEEP_EVERY_S]).toEqual([3, 60]);
  vi.useRealTimers();
});

test("printing does not wait for a server that is gone when there is a pack already", async () => {
  vi.useFakeTimers();
  const never = new Promise<string>(() => undefined);
  const late = expect(inTime(never, true)).rejects.toThrow("late");
  await vi.advanceTimersByTimeAsync(2_500);
  await late;
  expect(await inTime(Promise.resolve("fresh"), true)).toBe("fresh");
  const slow = inTime(new Promise<string>((give) => setTimeout(() => give("slow"), 9_000)), false);
  await vi.advanceTimersByTimeAsync(9_000);
  expect(await slow).toBe("slow");
  expect(vi.getTimerCount()).toBe(0);
  vi.useRealTimers();
});
