import { expect, test } from "vitest";
import type { KeptFile } from "./paper";
import { withNonce, writeFile } from "./paper";

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
