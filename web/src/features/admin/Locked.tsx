import type { ReactNode } from "react";

/** What changes a setting: shown, and out of use for whoever may only read. What finds something in a list stays outside. */
export function Locked({ on, children }: { readonly on: boolean; readonly children: ReactNode }) {
  return (
    <fieldset className="locked" role="presentation" disabled={on}>
      {children}
    </fieldset>
  );
}
