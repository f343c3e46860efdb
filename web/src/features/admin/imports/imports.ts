/** Lists from a spreadsheet, as the server tells of them: pure, no page. */

import type { Reason } from "../../../core/reasons";
import { firstReason, reason } from "../../../core/reasons";
import type { Named } from "../../../core/views";
import type { Line } from "../settings";

export const BYTES_MAX = 2_000_000;

export interface Listing {
  readonly name: string;
  readonly label: Named;
  readonly columns: readonly {
    readonly name: string;
    readonly label: Named;
    readonly help: Named;
    readonly needed: boolean;
  }[];
}

export interface BadCell {
  readonly row: number;
  readonly column: Named | null;
  readonly said: string;
  readonly why: Named;
}

/** What a file would do. */
export interface Report {
  readonly rows: number;
  readonly good: number;
  readonly same: number;
  readonly bad: readonly BadCell[];
  readonly ignored: readonly string[];
  readonly lines: readonly Line[];
}

export interface Drafted {
  readonly kind: string;
  readonly subject: string;
}

/** Which list a kind of setting is: `import_units` is `units`. */
export const listOf = (kind: string): string | null => (kind.startsWith("import_") ? kind.slice(7) : null);

export type DraftReason = "imports.none" | "imports.noWhy" | "imports.busy";

/** Why a file cannot become a draft now. */
export function whyNotDraft(state: {
  readonly report: Report | null;
  readonly why: string;
  readonly busy: boolean;
}): Reason<DraftReason> | null {
  return firstReason<DraftReason>(
    state.busy && reason("imports.busy"),
    (state.report === null || state.report.good === 0) && reason("imports.none"),
    state.why.trim() === "" && reason("imports.noWhy"),
  );
}

/** A file as the server takes it: its bytes in base64. */
export function base64Of(file: Blob): Promise<string> {
  return new Promise((resolve, reject) => {
    const reader = new FileReader();
    reader.onload = () => resolve(String(reader.result).replace(/^[^,]*,/, ""));
    reader.onerror = () => reject(reader.error ?? new Error("unreadable"));
    reader.readAsDataURL(file);
  });
}
