// What a service desk keeps on its own machine while it has no network: every record enciphered, the key made of the password.
// Whoever takes the machine without the password finds how many records there are, and nothing else.

const NAME = "197-service-desk", ROUNDS = 600_000;
const words = new TextEncoder();

const settled = (request) => new Promise((resolve, reject) => {
  request.onsuccess = () => resolve(request.result);
  request.onerror = () => reject(request.error);
});

async function opened() {
  const request = indexedDB.open(NAME, 1);
  request.onupgradeneeded = () => {
    request.result.createObjectStore("records", { keyPath: "id", autoIncrement: true });
    request.result.createObjectStore("lock");
  };
  return settled(request);
}

async function keyOf(person, password, salt) {
  const base = await crypto.subtle.importKey("raw", words.encode(`${person}\0${password}`), "PBKDF2", false, ["deriveKey"]);
  return crypto.subtle.deriveKey({ name: "PBKDF2", hash: "SHA-256", salt, iterations: ROUNDS }, base, { name: "AES-GCM", length: 256 }, false, ["encrypt", "decrypt"]);
}

export class Locked extends Error {}

class Vault {
  constructor(db, key) {
    this.db = db;
    this.key = key;
    this.records = new Map();
  }

  async seal(value) {
    const iv = crypto.getRandomValues(new Uint8Array(12));
    return { iv, data: await crypto.subtle.encrypt({ name: "AES-GCM", iv }, this.key, words.encode(JSON.stringify(value))) };
  }

  async unseal({ iv, data }) {
    return JSON.parse(new TextDecoder().decode(await crypto.subtle.decrypt({ name: "AES-GCM", iv }, this.key, data)));
  }

  // Another tab may have kept or sent something: what is on the disk counts.
  async load() {
    const rows = await settled(this.db.transaction("records").objectStore("records").getAll());
    this.records = new Map(await Promise.all(rows.map(async (row) => [row.id, await this.unseal(row)])));
  }

  of(what) {
    return [...this.records].map(([id, value]) => ({ id, ...value })).filter((one) => one.what === what);
  }

  // All of them or none: a code must not be gone without the contact that it was given to.
  async change({ put = [], remove = [] }) {
    const rows = await Promise.all(put.map(async ({ id, ...value }) => [id, value, await this.seal(value)]));
    const change = this.db.transaction("records", "readwrite", { durability: "strict" });
    const store = change.objectStore("records");
    for (const id of remove) store.delete(id);
    const ids = rows.map(([id, , sealed]) => settled(store.put(id === undefined ? sealed : { id, ...sealed })));
    await new Promise((resolve, reject) => { change.oncomplete = resolve; change.onerror = change.onabort = () => reject(change.error); });
    for (const id of remove) this.records.delete(id);
    for (const [n, id] of (await Promise.all(ids)).entries()) this.records.set(id, rows[n][1]);
  }
}

export const isThere = async () => Boolean(await settled((await opened()).transaction("lock").objectStore("lock").get("lock")));

// Opens what is kept; without anything kept it begins anew. Another password, or another person's, is `Locked`.
export async function unlock(person, password) {
  const db = await opened();
  const lock = await settled(db.transaction("lock").objectStore("lock").get("lock"));
  const salt = lock?.salt ?? crypto.getRandomValues(new Uint8Array(16));
  const vault = new Vault(db, await keyOf(person, password, salt));
  if (lock) {
    try { await vault.unseal(lock); } catch { throw new Locked(); }
  } else {
    const sealed = await vault.seal("open");
    await settled(db.transaction("lock", "readwrite").objectStore("lock").put({ salt, ...sealed }, "lock"));
  }
  await vault.load();
  return vault;
}

// Everything goes: used when the password is lost, or the machine is handed on.
export async function forget() {
  const db = await opened();
  const change = db.transaction(["records", "lock"], "readwrite");
  change.objectStore("records").clear();
  change.objectStore("lock").clear();
  await new Promise((resolve, reject) => { change.oncomplete = resolve; change.onerror = () => reject(change.error); });
}
