/** The parts of the shared controls that need much of React Aria: fetched once a page has come to rest, so that nobody waits for them. */

import { Choice } from "../Choice";
import { Dialog } from "../Dialog";
import { NumberField } from "../NumberField";

const REST_MS = 1_500;

/** Fetch them when nothing else is to be done, and say so. Returns how to call it off. */
export function fetchLater(onRest: () => void): () => void {
  const fetchAll = () => {
    // A file that cannot be had now is asked for again when its control is.
    for (const each of [Dialog, Choice, NumberField]) each.fetch().catch(() => undefined);
    onRest();
  };
  const timer = setTimeout(() => requestIdleCallback(fetchAll, { timeout: REST_MS }), REST_MS);
  return () => clearTimeout(timer);
}
