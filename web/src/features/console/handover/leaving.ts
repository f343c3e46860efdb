/** What somebody who signs out would leave behind. Pure. */

import type { Pending } from "../../../api/pending";
import type { CallForm } from "../store";
import { isEmptyForm } from "../store";

/** Commands that no server has answered yet. */
export const onTheirWay = (pending: readonly Pending[]): number =>
  pending.filter((each) => each.state === "sending" || each.state === "retrying").length;

/** Forms in which something stands; they stay on this workstation. */
export const formsAtWork = (forms: Readonly<Record<string, CallForm>>): number =>
  Object.values(forms).filter((each) => !isEmptyForm(each)).length;
