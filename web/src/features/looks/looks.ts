/** What the inspector's doors answer; docs/operations/audit.md. */
export interface Look {
  readonly at: string;
  readonly actor: string;
  readonly role: string;
  readonly what: string;
  readonly subject: string;
  readonly purpose: string;
  readonly working: boolean;
}

export interface Looks {
  readonly kind: "incident" | "call" | "unit" | "number" | "place";
  readonly about: string;
  readonly looks: readonly Look[];
  readonly more: boolean;
}

export interface Review {
  readonly at: string;
  readonly by: string;
  readonly note: string;
}

export interface Finding {
  readonly id: string;
  readonly kind: "repeated" | "off_duty";
  readonly actor: string;
  readonly role: string;
  readonly subject: string;
  readonly looks: number;
  readonly days: number;
  readonly first_at: string;
  readonly last_at: string;
  readonly purposes: readonly string[];
  readonly reviewed: Review | null;
}

export const NOTE_MIN = 4;
export const SPANS = [7, 30, 90, 365] as const;

/** Why a review cannot be recorded now, or null. */
export function whyNoReview(note: string): "looks.why.note" | null {
  return note.trim().length < NOTE_MIN ? "looks.why.note" : null;
}

/** What is still to be asked comes first, each part the newest first. */
export function inOrder(findings: readonly Finding[]): readonly Finding[] {
  const newest = (a: Finding, b: Finding) => b.last_at.localeCompare(a.last_at);
  return [
    ...findings.filter((each) => each.reviewed === null).sort(newest),
    ...findings.filter((each) => each.reviewed !== null).sort(newest),
  ];
}

/** A look at a picture, or at a voice note, carries its name; they are all the same to the reader. */
export function wordOf(what: string): string {
  const kind = what.split(":")[0] ?? what;
  return kind === "photo" || kind === "voice" ? kind : what;
}

/** What is looked at, as it is asked for: an assignment's unit is asked for by its incident. */
export function shortOf(subject: string): string {
  const tail = subject.split(".").slice(1).join(".");
  return tail.startsWith("u.") ? tail.slice(2) : subject;
}
