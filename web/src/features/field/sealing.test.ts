import { describe, expect, it } from "vitest";
import { isSealed, makeSealingKey, open, seal } from "./sealing";

const WORDS = { place: "خیابان آزمون", narrative: "کسی پشت در است" };

describe("what lies on the handheld", () => {
  it("is read by its own key, in its own place, and not by what lies beside it", async () => {
    const key = await makeSealingKey();
    const sealed = await seal(key, "work a", WORDS);
    expect(isSealed(sealed)).toBe(true);
    expect(await open(key, "work a", sealed)).toEqual(WORDS);
    await expect(open(key, "work b", sealed)).rejects.toThrow();
    await expect(open(await makeSealingKey(), "work a", sealed)).rejects.toThrow();
    const bytes = new TextDecoder().decode(sealed.data);
    for (const word of Object.values(WORDS)) expect(bytes).not.toContain(word);
  });

  it("is sealed anew each time, by a key that nobody reads out", async () => {
    const key = await makeSealingKey();
    const [one, other] = await Promise.all([seal(key, "a", WORDS), seal(key, "a", WORDS)]);
    expect([...one.iv]).not.toEqual([...other.iv]);
    expect(key.extractable).toBe(false);
    await expect(crypto.subtle.exportKey("raw", key)).rejects.toThrow();
  });

  it("does not open once a byte of it was changed", async () => {
    const key = await makeSealingKey();
    const { iv, data } = await seal(key, "a", WORDS);
    const bent = new Uint8Array(data);
    bent[3] = (bent[3] ?? 0) ^ 1;
    await expect(open(key, "a", { iv, data: bent.buffer })).rejects.toThrow();
  });
});
