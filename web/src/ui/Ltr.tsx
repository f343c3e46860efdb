import type { ReactNode } from "react";

/** An island of left-to-right text: call signs, codes, plates, phones, coordinates, times. Never a number with a Persian word. */
export function Ltr({ children, className }: { readonly children: ReactNode; readonly className?: string }) {
  return (
    <bdi dir="ltr" className={className}>
      {children}
    </bdi>
  );
}
