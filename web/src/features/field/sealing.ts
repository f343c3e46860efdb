/**
 * Sealing what lies on the device: by keys that no script can read out, one for what was seen and one for what was not sent.
 *
 * To forget is to throw a key away: whatever a browser has not yet cleared from its files cannot be read by any page afterwards.
 * On a page that did not come safely there are no keys (`crypto.subtle` is missing): what was not sent is kept as it is, and nothing else.
 */

export type KeyName = "seen" | "unsent";

export interface Sealed {
  readonly iv: Uint8Array<ArrayBuffer>;
  readonly data: ArrayBuffer;
}

const AES = "AES-GCM";

export const isSealed = (value: unknown): value is Sealed =>
  typeof value === "object" && value !== null && (value as Sealed).data instanceof ArrayBuffer;

export const makeSealingKey = (): Promise<CryptoKey> =>
  crypto.subtle.generateKey({ name: AES, length: 256 }, false, ["encrypt", "decrypt"]);

/** Seal a value for one place: elsewhere it does not open. */
export async function seal(key: CryptoKey, place: string, value: unknown): Promise<Sealed> {
  const iv = crypto.getRandomValues(new Uint8Array(12));
  const text = new TextEncoder();
  const data = await crypto.subtle.encrypt(
    { name: AES, iv, additionalData: text.encode(place) },
    key,
    text.encode(JSON.stringify(value)),
  );
  return { iv, data };
}

/** What was sealed; throws when the key is another one, or anything was changed. */
export async function open<T>(key: CryptoKey, place: string, { iv, data }: Sealed): Promise<T> {
  const additionalData = new TextEncoder().encode(place);
  return JSON.parse(
    new TextDecoder().decode(await crypto.subtle.decrypt({ name: AES, iv, additionalData }, key, data)),
  );
}
