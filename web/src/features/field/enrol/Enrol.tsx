/** A handheld that was let in by a code: it keeps its own credential and signs in by itself, also after a shift's session ended. */

import type { ReactNode } from "react";
import { lazy, Suspense, useEffect, useState } from "react";
import type { Problem } from "../../../api/problem";
import { asProblem } from "../../../api/problem";
import { useApp } from "../../../app/hooks";
import { Loading } from "../../../ui/states";
import type { Waiting } from "../keep";

const Refused = lazy(() => import("./Refused"));
const Lost = lazy(() => import("./Lost"));
export const DEVICE = "nazdik.field.device";

/** Whether there is a code or a credential; the rest is loaded only then. */
function isDevice(): boolean {
  try {
    return location.hash.startsWith("#enrol=") || localStorage.getItem(DEVICE) !== null;
  } catch {
    return false;
  }
}

export function Enrol({ children }: { readonly children: ReactNode }) {
  const app = useApp();
  const [ready, setReady] = useState(() => !isDevice());
  const [problem, setProblem] = useState<Problem | null>(null);
  // Each typing is one of its own, also of the same code.
  const [typed, setTyped] = useState<{ readonly code: string } | null>(null);
  const [lost, setLost] = useState<readonly Waiting[]>([]);
  useEffect(() => {
    if (ready) return;
    setProblem(null);
    import("./device").then(({ begin, enrol, lostBy }) =>
      (typed ? enrol(app, typed.code) : begin(app)).then(
        async () => {
          setLost(await lostBy(app));
          setReady(true);
        },
        (error: unknown) => setProblem(asProblem(error)),
      ),
    );
  }, [app, typed, ready]);
  if (lost.length > 0)
    return (
      <Suspense fallback={<Loading />}>
        <Lost lost={lost} onRead={() => setLost([])} />
      </Suspense>
    );
  if (ready) return children;
  if (!problem) return <Loading />;
  return (
    <Suspense fallback={<Loading />}>
      <Refused problem={problem} onCode={(code) => setTyped({ code })} />
    </Suspense>
  );
}
