import { expect, test } from "vitest";
import { browserOf } from "./browsers";

test("a browser is named as its person knows it", () => {
  const chrome =
    "Mozilla/5.0 (Linux; Android 14) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/131.0 Mobile Safari/537.36";
  expect(browserOf(chrome, "?")).toBe("Chrome, Android");
  expect(browserOf("Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:140.0) Gecko/20100101 Firefox/140.0", "?")).toBe(
    "Firefox, Windows",
  );
  expect(browserOf(`${chrome} Edg/131.0`.replace("Linux; Android 14", "Windows NT 10.0"), "?")).toBe("Edge, Windows");
  expect(browserOf("python-httpx/0.28", "?")).toBe("?");
});
