import { token } from "../../app/app";
import type { Session } from "../../core/views";

/** Keep the token for this tab and go to the right face. */
export function enter(session: Session): void {
  token.set(session.token);
  location.assign(`/${session.face}`);
}
