/** What safety rests on asks once more who is at the desk: the question, and the act after the answer. */

import type { ReactNode } from "react";
import { lazy, Suspense, useState } from "react";
import { asProblem } from "../../api/problem";

// Seldom asked: a desk loads it when it is.
const ProofDialog = lazy(() => import("./ProofDialog"));

interface Asked {
  /** By what the session was opened. */
  readonly by: string;
  readonly proved: () => void;
  readonly left: () => void;
}

/** Run something; when the server wants a fresh proof, ask for it and run it again. The second is what shows the question. */
export function useProof(): readonly [<T>(run: () => Promise<T>) => Promise<T>, ReactNode] {
  const [asked, setAsked] = useState<Asked | null>(null);
  const prove = async <T,>(run: () => Promise<T>): Promise<T> => {
    try {
      return await run();
    } catch (error) {
      const { code, details } = asProblem(error);
      if (code !== "auth.proof_needed") throw error;
      const by = String(details.by ?? "");
      await new Promise<void>((proved, left) => setAsked({ by, proved, left: () => left(error) }));
      return await run();
    }
  };
  const close = (then: (() => void) | undefined) => {
    setAsked(null);
    then?.();
  };
  return [
    prove,
    asked && (
      <Suspense fallback={null}>
        <ProofDialog by={asked.by} onProved={() => close(asked.proved)} onLeft={() => close(asked.left)} />
      </Suspense>
    ),
  ];
}
