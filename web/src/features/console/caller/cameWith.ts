/** What came with a call beside its fields (additional data, references, another system's words), as lines to read. */

import type { Call } from "../../../core/views";

/** One thing that was told: by what name it came, if any, and the words. */
export interface Told {
  readonly name: string;
  readonly text: string;
}

export interface Block {
  /** What it is, as a word of ours where we have one (`with.…`), else as it came. */
  readonly key: string;
  readonly kind: string;
  readonly lines: readonly Told[];
}

const LINES_MAX = 40;
const UNREAD = "eido-unread";
// Shown elsewhere, or of use to nobody who reads.
const ELSEWHERE = new Set(["silent", "no-voice", "page-from", "eido-notes"]);
// Names of components and when they changed tell a call-taker nothing.
const SKIPPED = /^(\$id|\$ref|lastUpdateTimeStamp|updatedBy\w+|@context)$/;
const LEAF = /<(?:[\w-]+:)?([\w.-]+)(?:\s[^<>]*)?>([^<>]+)<\//g;
const ENTITIES: Readonly<Record<string, string>> = { lt: "<", gt: ">", amp: "&", quot: '"', apos: "'" };

/** The blocks of a call, in the order they came. */
export function blocksOf(call: Pick<Call, "data" | "locations">): readonly Block[] {
  // A partner's places stand above as estimates, once they could be read.
  const isPlace = (kind: string, text: string) =>
    kind === "eido-location" && text.startsWith("<") && call.locations.length > 0;
  return (
    call.data
      .filter(([kind, text]) => !ELSEWHERE.has(kind) && !isPlace(kind, text) && text.trim() !== "")
      // What could not be read stands as it came.
      .map(([kind, text]) => ({ kind, key: keyOf(kind), lines: kind === UNREAD ? asItCame(text) : linesOf(text) }))
      .filter((block) => block.lines.length > 0)
  );
}

/** Whether a call-taker has to see it at once: nothing else tells what came. */
export function isLoud(call: Pick<Call, "data" | "locations">): boolean {
  const kinds = new Set(call.data.map(([kind]) => kind));
  const noPlace = call.locations.length === 0;
  return kinds.has(UNREAD) || kinds.has("note") || (noPlace && kinds.has("location-reference"));
}

/** `emergencycalldata.comment+xml` is a comment, whoever sent it. */
function keyOf(kind: string): string {
  const own = kind.replace(/^emergencycalldata\./i, "");
  return own === kind ? kind : own.replace(/\+(xml|json)$/i, "").toLowerCase();
}

/** A text as it is read: the leaves of XML or JSON by name, also of one that was cut short; anything else as it came. */
export function linesOf(text: string): readonly Told[] {
  const trimmed = text.trim();
  const leaves = trimmed.startsWith("<") ? ofXml(trimmed) : /^[[{]/.test(trimmed) ? ofJson(trimmed) : [];
  return leaves.length > 0 ? leaves.slice(0, LINES_MAX) : asItCame(text);
}

const asItCame = (text: string): readonly Told[] => [{ name: "", text: text.trim() }];

function ofXml(text: string): Told[] {
  return [...text.matchAll(LEAF)]
    .map(([, name = "", inner = ""]) => ({ name, text: decoded(inner).trim() }))
    .filter((told) => told.text !== "");
}

const decoded = (text: string): string =>
  text.replace(/&(lt|gt|amp|quot|apos);/g, (whole, name: string) => ENTITIES[name] ?? whole);

function ofJson(text: string): Told[] {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return [];
  }
  const found: Told[] = [];
  const walk = (name: string, inner: unknown): void => {
    if (SKIPPED.test(name)) return;
    if (Array.isArray(inner)) for (const one of inner) walk(name, one);
    else if (typeof inner === "object" && inner !== null)
      for (const [key, one] of Object.entries(inner)) walk(key === "value" ? name : key, one);
    else if (typeof inner === "string" && inner.startsWith("<") && ofXml(inner).length > 0) found.push(...ofXml(inner));
    else if (inner !== null && inner !== undefined && inner !== "") found.push({ name, text: String(inner) });
  };
  walk("", value);
  return found;
}
