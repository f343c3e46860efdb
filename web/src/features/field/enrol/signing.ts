/** Requests signed by the handheld's key: what the server's `key_proofs.py` reads. */

type Json = Readonly<Record<string, unknown>>;
type Fetch = (input: RequestInfo | URL, init?: RequestInit) => Promise<Response>;

const ECDSA = { name: "ECDSA", namedCurve: "P-256" } as const;
const SIGNED = { name: "ECDSA", hash: "SHA-256" } as const;

/** A key of which the private half can be used and never read, not even by this page. */
export const makeKey = (): Promise<CryptoKeyPair> => crypto.subtle.generateKey(ECDSA, false, ["sign", "verify"]);

/** The public half, as it is shown. */
export async function publicKey(pair: CryptoKeyPair): Promise<Json> {
  const { kty, crv, x, y } = await crypto.subtle.exportKey("jwk", pair.publicKey);
  return { kty, crv, x, y };
}

const text = (bytes: ArrayBuffer | Uint8Array): string =>
  btoa(String.fromCharCode(...new Uint8Array(bytes)))
    .replaceAll("+", "-")
    .replaceAll("/", "_")
    .replaceAll("=", "");

const encoded = (value: Json): string => text(new TextEncoder().encode(JSON.stringify(value)));

async function bytesOf(body: BodyInit | null | undefined): Promise<ArrayBuffer> {
  return new Response(body ?? "").arrayBuffer();
}

/** Send requests through `send`, each signed by `pair`. The server says what time it is; the handheld's clock is never asked. */
export async function signing(pair: CryptoKeyPair, send: Fetch): Promise<Fetch> {
  const jwk = await publicKey(pair);
  const head = encoded({ typ: "dpop+jwt", alg: "ES256", jwk });
  let nonce = "";
  const once: Fetch = async (input, init) => {
    const { pathname, search } = new URL(String(input), location.href);
    const jti = text(crypto.getRandomValues(new Uint8Array(16)));
    const bh = text(await crypto.subtle.digest("SHA-256", await bytesOf(init?.body)));
    const said = `${head}.${encoded({ htm: init?.method ?? "GET", htu: pathname + search, bh, jti, nonce })}`;
    const signature = await crypto.subtle.sign(SIGNED, pair.privateKey, new TextEncoder().encode(said));
    const headers = new Headers(init?.headers);
    headers.set("DPoP", `${said}.${text(signature)}`);
    const response = await send(input, { ...init, headers });
    nonce = response.headers.get("DPoP-Nonce") ?? nonce;
    return response;
  };
  return async (input, init) => {
    const response = await once(input, init);
    if (response.status !== 401) return response;
    const told = await newWord(response.clone());
    if (told === null) return response;
    nonce = told;
    return once(input, init);
  };
}

async function newWord(response: Response): Promise<string | null> {
  try {
    const { code, details } = (await response.json()) as { code?: string; details?: { nonce?: string } };
    return code === "auth.key_proof_needed" ? (details?.nonce ?? null) : null;
  } catch {
    return null;
  }
}
