import { lazy, Suspense } from "react";
import type { HelpKey, Screen } from "./help/screens";

interface Props {
  readonly screen: Screen;
  readonly keys: readonly HelpKey[];
  readonly about?: string | undefined;
  readonly onClose: () => void;
}

// Read seldom, so loaded when it is asked for.
const HelpSheet = lazy(() => import("./help/HelpSheet"));

/** F1: what the screen is for, every key of it and what it does, the words on it. */
export function KeyHelp(props: Props) {
  return (
    <Suspense>
      <HelpSheet {...props} />
    </Suspense>
  );
}
