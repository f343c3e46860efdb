import { beforeAll, expect, test } from "vitest";
import { makeKey, publicKey, signing } from "./signing";

const decoded = (part: string): Record<string, unknown> =>
  JSON.parse(atob(part.replaceAll("-", "+").replaceAll("_", "/")));

beforeAll(() => {
  Object.assign(globalThis, { location: new URL("http://localhost/field") });
});

function refusal(nonce: string): Response {
  return new Response(JSON.stringify({ code: "auth.key_proof_needed", details: { nonce } }), { status: 401 });
}

test("the private half cannot be taken out", async () => {
  const pair = await makeKey();
  expect(pair.privateKey.extractable).toBe(false);
  await expect(crypto.subtle.exportKey("jwk", pair.privateKey)).rejects.toThrow();
  expect(Object.keys(await publicKey(pair)).sort()).toEqual(["crv", "kty", "x", "y"]);
});

test("a request is signed with the server's word, which is learnt from a refusal and then renewed", async () => {
  const pair = await makeKey();
  const sent: string[] = [];
  const send = async (_: unknown, init?: RequestInit) => {
    sent.push(new Headers(init?.headers).get("DPoP") ?? "");
    if (sent.length === 1) return refusal("first");
    return new Response("{}", { status: 200, headers: sent.length === 2 ? { "DPoP-Nonce": "second" } : {} });
  };
  const line = await signing(pair, send);
  const body = JSON.stringify({ a: "ب" });
  expect((await line("/v1/x?a=%D8%A8", { method: "POST", body, headers: { Authorization: "Bearer t" } })).status).toBe(
    200,
  );
  await line("/v1/y");
  expect(sent.map((proof) => decoded(proof.split(".")[1] ?? "").nonce)).toEqual(["", "first", "second"]);
  const [head = "", said = "", signature = ""] = (sent[1] ?? "").split(".");
  const claims = decoded(said);
  expect([claims.htm, claims.htu]).toEqual(["POST", "/v1/x?a=%D8%A8"]);
  expect(new Set(sent.map((proof) => decoded(proof.split(".")[1] ?? "").jti)).size).toBe(3);
  const raw = Uint8Array.from(atob(signature.replaceAll("-", "+").replaceAll("_", "/")), (c) => c.charCodeAt(0));
  const key = await crypto.subtle.importKey(
    "jwk",
    decoded(head).jwk as JsonWebKey,
    { name: "ECDSA", namedCurve: "P-256" },
    false,
    ["verify"],
  );
  const over = new TextEncoder().encode(`${head}.${said}`);
  expect(await crypto.subtle.verify({ name: "ECDSA", hash: "SHA-256" }, key, raw, over)).toBe(true);
});

test("a refusal is not tried again and again", async () => {
  let asked = 0;
  const line = await signing(await makeKey(), async () => {
    asked++;
    return refusal(`word ${asked}`);
  });
  expect((await line("/v1/x")).status).toBe(401);
  expect(asked).toBe(2);
});
