/** What happens when the server says that this handheld's session is over. Loaded only then. */

import { asProblem } from "../../../api/problem";
import type { App } from "../../../app/app";
import { pocket } from "../pocket";
import { begin, credential } from "./device";

/**
 * Whether it goes on: an enrolled device begins another session by itself, or is told that it was taken back, and opens anew to
 * say so. Whoever sat at it with a session of their own is gone, and what they saw with them.
 */
export async function goesOn(app: App): Promise<boolean> {
  if (credential.get() === null) {
    await pocket.forget(true);
    return false;
  }
  try {
    await begin(app);
  } catch (error) {
    // Silence is no answer: the line asks again.
    if (asProblem(error).status !== 0) location.reload();
  }
  return true;
}
