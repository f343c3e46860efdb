import type { ReactNode } from "react";
import { part } from "./part";

export interface DialogProps {
  readonly title: ReactNode;
  readonly onClose: () => void;
  readonly children: ReactNode;
}

/** A modal over the page: focus stays inside and goes back to where it was. Not for confirmations on the hot path. */
export const Dialog = part<DialogProps>(
  async () => (await import("./aria/DialogBox")).DialogBox,
  () => null,
);
