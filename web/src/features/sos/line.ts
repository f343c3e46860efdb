/** The page's line to the server: what is to be said is said again until it arrived; the place as often as is asked. */

export interface Fix {
  readonly lon: number;
  readonly lat: number;
  readonly accuracy: number;
}
export interface View {
  readonly state: "sending" | "received" | "waiting" | "answered" | "help" | "ended";
  readonly is_test: boolean;
  readonly next_s: number;
  readonly texts: readonly { readonly at: string; readonly mine: boolean; readonly text: string }[];
}
export interface Begin {
  readonly silent: boolean;
  readonly no_voice: boolean;
  readonly test: boolean;
}
export interface Unsent {
  readonly id: string;
  readonly text: string;
}
export type Trouble = null | "failed" | "refused" | "code";

const KEY = "nazdik.sos";
const POLL_MS = 2_000;
const AGAIN_MS = 2_000;
const GIVES_UP_MS = 8_000;

const NOTHING: View = { state: "sending", is_test: false, next_s: 5, texts: [] };

const random = (): string =>
  [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, "0")).join("");

/** What this tab keeps of its call, so that loading it again loses nothing. It goes with the tab, and when the call is over. */
interface Kept {
  readonly secret: string;
  readonly silent: boolean;
  /** What was asked, until it arrived. */
  readonly begin: Begin | null;
  readonly state: View["state"];
  readonly unsent: readonly Unsent[];
}

function kept(): Kept | null {
  try {
    return JSON.parse(sessionStorage.getItem(KEY) ?? "null") as Kept | null;
  } catch {
    return null;
  }
}

export class Line {
  view: View = NOTHING;
  fix: Fix | null = null;
  placeSent: Fix | null = null;
  placeRefused = false;
  trouble: Trouble = null;
  unsent: Unsent[] = [];
  readonly #changed: () => void;
  /** The page's own secret: the same one is the same call. */
  #secret = random();
  #silent = false;
  #begin: Begin | null = null;
  /** Whether there is a call of this tab; before that nothing is kept, and the server is asked nothing. */
  #begun = false;
  // Whether the server knows this page. Before that there is no call for words to go to.
  #known = false;
  #watch: number | null = null;
  #placeAt = 0;
  #running = false;

  constructor(changed: () => void) {
    this.#changed = changed;
    const before = kept();
    if (!before) return;
    this.#secret = before.secret;
    this.#silent = before.silent;
    this.#begin = before.begin;
    this.#begun = true;
    this.unsent = [...before.unsent];
    this.view = { ...NOTHING, state: before.state, is_test: before.begin?.test ?? false };
  }

  /** Whether this tab had begun before it was loaded again. */
  get resumes(): boolean {
    return this.#begun;
  }

  /** Take up the call of this tab again; false when it is over by now. Without a network it goes on until there is one. */
  async resume(): Promise<boolean> {
    if (this.#begin) {
      await this.begin(this.#begin);
      return true;
    }
    try {
      this.#take(await this.#ask("GET", "/v1/sos/call"));
    } catch (error) {
      if (error === 404) this.view = { ...this.view, state: "ended" };
      else this.#stumble("failed");
    }
    if (this.view.state !== "ended") return true;
    this.forget();
    this.unsent = [];
    this.view = NOTHING;
    return false;
  }

  /** Begin to look where we are; the browser asks for leave. */
  look(): void {
    if (this.#watch !== null || !navigator.geolocation) {
      this.placeRefused ||= !navigator.geolocation;
      return;
    }
    this.#watch = navigator.geolocation.watchPosition(
      ({ coords }) => {
        this.fix = { lon: coords.longitude, lat: coords.latitude, accuracy: coords.accuracy };
        this.placeRefused = false;
        this.#changed();
      },
      () => {
        this.placeRefused = this.fix === null;
        this.#changed();
      },
      { enableHighAccuracy: true, maximumAge: 5_000 },
    );
  }

  stopLooking(): void {
    if (this.#watch !== null) navigator.geolocation.clearWatch(this.#watch);
    this.#watch = null;
  }

  /** Call for help, until it arrived. */
  async begin(begin: Begin): Promise<void> {
    this.#begun = true;
    this.#silent = begin.silent;
    this.#begin = begin;
    this.#keep();
    for (;;) {
      try {
        const view = await this.#ask("POST", "/v1/sos", { ...begin, ...this.fix });
        this.#begin = null;
        this.#take(view);
        this.placeSent = this.fix;
        this.#placeAt = Date.now();
        return;
      } catch (error) {
        this.#stumble(error === 409 || error === 429 ? "refused" : "failed");
        await pause(AGAIN_MS);
      }
    }
  }

  /** Open a call-taker's link; false when the code does not open. */
  async openLink(code: string): Promise<boolean> {
    for (;;) {
      try {
        const view = await this.#ask("POST", "/v1/here", { code });
        this.#begun = true;
        this.#take(view);
        return true;
      } catch (error) {
        if (typeof error === "number" && error >= 400 && error < 500) {
          this.#stumble("code");
          return false;
        }
        this.#stumble("failed");
        await pause(AGAIN_MS);
      }
    }
  }

  /** Keep the page in step until the call is closed. */
  async run(): Promise<void> {
    if (this.#running) return;
    this.#running = true;
    while (this.view.state !== "ended") {
      try {
        await this.#tellWords();
        await this.#tellPlace();
        this.#take(await this.#ask("GET", "/v1/sos/call"));
      } catch (error) {
        if (error === 404) this.#take({ ...this.view, state: "ended" });
        else this.#stumble("failed");
      }
      await pause(POLL_MS);
    }
    this.stopLooking();
    this.forget();
    this.#running = false;
    this.#changed();
  }

  say(text: string): void {
    this.unsent.push({ id: random(), text });
    this.#keep();
    this.#changed();
    // What is written while the call itself is still on its way goes behind it.
    if (this.#known) void this.#tellWords().catch(() => this.#stumble("failed"));
  }

  /** Whether the call of this tab is to be silent: a light page with a loud title could give somebody away. */
  get wasSilent(): boolean {
    return this.#silent;
  }

  /** The next call of this tab is another one. */
  forget(): void {
    this.#secret = random();
    this.#silent = false;
    this.#begin = null;
    this.#begun = false;
    this.#known = false;
    try {
      sessionStorage.removeItem(KEY);
    } catch {
      // Storage is closed to us; all of it was only in memory.
    }
  }

  #keep(): void {
    if (!this.#begun) return;
    const { unsent } = this;
    const now: Kept = {
      secret: this.#secret,
      silent: this.#silent,
      begin: this.#begin,
      state: this.view.state,
      unsent,
    };
    try {
      sessionStorage.setItem(KEY, JSON.stringify(now));
    } catch {
      // Then it lasts until it is loaded again.
    }
  }

  /** What a short message has to say so that a gateway reads it as this page's call. */
  async smsText(words: string, silent: boolean): Promise<string> {
    const parts = ["SOS", ...(await pageOf(this.#secret))];
    if (this.fix)
      parts.push(
        `lt=${this.fix.lat.toFixed(5)}`,
        `lg=${this.fix.lon.toFixed(5)}`,
        `rd=${Math.round(this.fix.accuracy)}`,
      );
    if (silent) parts.push("si=1");
    parts.push(`tx=${words}`);
    return parts.join(";");
  }

  #telling: Promise<void> = Promise.resolve();
  #tellWords(): Promise<void> {
    // One after the other, so that what was written first arrives first.
    this.#telling = this.#telling
      .catch(() => undefined)
      .then(async () => {
        for (let next = this.unsent[0]; next; next = this.unsent[0]) {
          this.#take(await this.#ask("POST", "/v1/sos/messages", { id: next.id, words: next.text }));
          const { text } = next;
          this.unsent.shift();
          this.#keep();
          // Shown at once; the next answer of the server has it in its place.
          const mine = { at: new Date().toISOString(), mine: true, text };
          this.view = { ...this.view, texts: [...this.view.texts, mine] };
          this.#changed();
        }
      });
    return this.#telling;
  }

  async #tellPlace(): Promise<void> {
    const { fix } = this;
    if (!fix || fix === this.placeSent || Date.now() - this.#placeAt < this.view.next_s * 1_000) return;
    this.#placeAt = Date.now();
    this.#take(await this.#ask("POST", "/v1/sos/messages", { ...fix }));
    this.placeSent = fix;
  }

  #take(view: View): void {
    this.#known = true;
    const news = view.state !== this.view.state;
    this.view = view;
    this.trouble = null;
    if (news) this.#keep();
    this.#changed();
  }

  #stumble(trouble: Trouble): void {
    this.trouble = trouble;
    this.#changed();
  }

  /** Throws the status as a number, or an `Error` when nobody answered. */
  async #ask(method: string, path: string, body?: unknown): Promise<View> {
    const answer = await fetch(path, {
      method,
      headers: { "Nazdik-Page": this.#secret, ...(body ? { "Content-Type": "application/json" } : {}) },
      signal: AbortSignal.timeout(GIVES_UP_MS),
      credentials: "omit",
      cache: "no-store",
      ...(body ? { body: JSON.stringify(body) } : {}),
    });
    if (!answer.ok) throw answer.status;
    return (await answer.json()) as View;
  }
}

/** The digest by which the server knows this page; none where the browser keeps its means from a page without HTTPS. */
async function pageOf(secret: string): Promise<string[]> {
  if (!crypto.subtle) return [];
  const bytes = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(`nazdik-page:${secret}`));
  const digest = [...new Uint8Array(bytes)].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  return [`pg=${digest.slice(0, 20)}`];
}

const pause = (ms: number): Promise<void> => new Promise((done) => setTimeout(done, ms));
