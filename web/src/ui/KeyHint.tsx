import { CornerDownLeft } from "lucide-react";

const ENTER = "⏎";

/** The name of a key, always left to right. The sign of Enter is drawn: no text font that we ship has it. */
export function KeyHint({ keys }: { readonly keys: string }) {
  return (
    <kbd className="key-hint" dir="ltr">
      {keys.endsWith(ENTER) ? (
        <>
          {keys.slice(0, -ENTER.length)}
          <CornerDownLeft size={12} aria-hidden="true" />
          <span className="visually-hidden">{ENTER}</span>
        </>
      ) : (
        keys
      )}
    </kbd>
  );
}
