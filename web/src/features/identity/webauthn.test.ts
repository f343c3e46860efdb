import { expect, test } from "vitest";
import { toBytes, toText } from "./webauthn";

test("bytes go both ways, with letters that an address may hold and without padding", () => {
  const bytes = Uint8Array.from({ length: 256 }, (_, n) => n);
  for (let size = 0; size <= 256; size++) {
    const text = toText(bytes.slice(0, size).buffer);
    expect(text).not.toMatch(/[+/=]/);
    expect([...toBytes(text)]).toEqual([...bytes.slice(0, size)]);
  }
  expect(toText(Uint8Array.from([0xfb, 0xff, 0xfe]).buffer)).toBe("-__-");
});
