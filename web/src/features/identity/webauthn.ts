/** What the browser's keys speak (buffers) and what the server speaks (WebAuthn's JSON, RFC 4648 without padding), both ways. */

type Json = Readonly<Record<string, unknown>>;

export function toBytes(text: string): Uint8Array<ArrayBuffer> {
  const plain = atob(text.replaceAll("-", "+").replaceAll("_", "/"));
  return Uint8Array.from(plain, (letter) => letter.charCodeAt(0));
}

export function toText(buffer: ArrayBuffer): string {
  const plain = String.fromCharCode(...new Uint8Array(buffer));
  return btoa(plain).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}

const idsOf = (list: unknown): PublicKeyCredentialDescriptor[] =>
  (Array.isArray(list) ? (list as Json[]) : []).map((each) => ({ type: "public-key", id: toBytes(String(each.id)) }));

/** Whether this page may use keys at all: the browser knows them, and the page came safely. */
export const hasKeys = (): boolean => isSecureContext && "PublicKeyCredential" in window;

/** Make a key; throws what the browser throws when its person turns away. */
export async function createKey(options: Json): Promise<Json> {
  const user = options.user as { id: string; name: string; displayName: string };
  const made = (await navigator.credentials.create({
    publicKey: {
      ...(options as unknown as PublicKeyCredentialCreationOptions),
      challenge: toBytes(String(options.challenge)),
      user: { ...user, id: toBytes(user.id) },
      excludeCredentials: idsOf(options.excludeCredentials),
    },
  })) as PublicKeyCredential;
  const response = made.response as AuthenticatorAttestationResponse;
  return {
    ...whose(made),
    response: {
      clientDataJSON: toText(response.clientDataJSON),
      attestationObject: toText(response.attestationObject),
      transports: response.getTransports?.() ?? [],
    },
  };
}

/** Answer with a key; throws what the browser throws when its person turns away. */
export async function askKey(options: Json): Promise<Json> {
  const got = (await navigator.credentials.get({
    publicKey: {
      ...(options as unknown as PublicKeyCredentialRequestOptions),
      challenge: toBytes(String(options.challenge)),
      allowCredentials: idsOf(options.allowCredentials),
    },
  })) as PublicKeyCredential;
  const response = got.response as AuthenticatorAssertionResponse;
  return {
    ...whose(got),
    response: {
      clientDataJSON: toText(response.clientDataJSON),
      authenticatorData: toText(response.authenticatorData),
      signature: toText(response.signature),
      userHandle: response.userHandle ? toText(response.userHandle) : null,
    },
  };
}

const whose = (key: PublicKeyCredential): Json => ({
  id: key.id,
  rawId: toText(key.rawId),
  type: key.type,
  clientExtensionResults: {},
});

/** Whether somebody turned away, or let the time pass: no fault, nothing to be told. */
export const isTurnedAway = (error: unknown): boolean =>
  error instanceof DOMException && (error.name === "NotAllowedError" || error.name === "AbortError");
