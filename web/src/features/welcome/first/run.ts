/** The first run as the server gives it, and what its forms may do: pure, no page. */

import { firstReason, reason } from "../../../core/reasons";
import type { Named } from "../../../core/views";

export type Step = "administrators" | "region" | "done";

export interface Second {
  readonly name: string;
  readonly code: string;
}
export interface Made {
  readonly session: { readonly token: string | null };
  readonly second: Second;
}

export interface Offer {
  readonly id: string;
  readonly name: Named;
  readonly notice: Named | null;
  readonly built: boolean;
  readonly sample: boolean;
  readonly counties: number;
  readonly stations: number;
  readonly size_mb: number;
  readonly wrong: Named | null;
}
export interface Build {
  readonly region: string;
  readonly at: number;
  readonly of: number;
  readonly step: Named;
  readonly share: number;
  readonly running: boolean;
  readonly failed: Named | null;
}
export interface Offers {
  readonly regions: readonly Offer[];
  readonly build: Build | null;
}

export interface Form {
  readonly code: string;
  readonly name: string;
  readonly password: string;
  readonly second: string;
}

const PASSWORD_LEAST = 15;

export function whyNotMake(form: Form) {
  const name = form.name.trim().toLowerCase();
  const second = form.second.trim().toLowerCase();
  return firstReason(
    form.code.trim() === "" && reason("first.why.code"),
    (name === "" || second === "" || name === second) && reason("first.why.name"),
    [...form.password].length < PASSWORD_LEAST && reason("first.why.password"),
  );
}

export function whyNotTake(chosen: Offer | undefined, build: Build | null) {
  return firstReason(
    chosen === undefined && reason("first.region.why.choose"),
    build?.running === true && reason("first.region.why.building"),
    chosen?.wrong != null && reason("first.region.why.wrong"),
  );
}
