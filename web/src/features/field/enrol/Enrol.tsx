/** A handheld that was let in by a code: it keeps its own credential and signs in by itself, also after a shift's session ended. */

import type { ReactNode } from "react";
import { lazy, Suspense, useEffect, useState } from "react";
import type { Problem } from "../../../api/problem";
import { asProblem } from "../../../api/problem";
import type { App } from "../../../app/app";
import { token } from "../../../app/app";
import { useApp } from "../../../app/hooks";
import { Loading } from "../../../ui/states";

const Refused = lazy(() => import("./Refused"));
const DEVICE = "nazdik.field.device";
/** In a dead zone the handheld must not wait longer than this before it opens with what it has. */
const PATIENCE_MS = 2_500;

const device = {
  get: (): string | null => {
    try {
      return localStorage.getItem(DEVICE);
    } catch {
      return null;
    }
  },
  set: (value: string | null): void => {
    try {
      if (value === null) localStorage.removeItem(DEVICE);
      else localStorage.setItem(DEVICE, value);
    } catch {
      // Without storage it is enrolled for this session only.
    }
  },
};

/** The code behind the # of the address, taken out of it so that it is not kept in the history. */
function codeOfAddress(): string | null {
  const code = /^#enrol=([\w-]{1,40})$/.exec(location.hash)?.[1] ?? null;
  if (code) history.replaceState(null, "", location.pathname);
  return code;
}

async function enrol(app: App, code: string): Promise<void> {
  const { token: own } = await app.api.post<{ token: string }>("/v1/device-enrolments", { code });
  device.set(own);
  await signIn(app, own);
}

async function signIn(app: App, own: string): Promise<void> {
  token.set(null);
  const session = await app.api.post<{ token: string }>("/v1/sessions", { device: own });
  token.set(session.token);
}

export function Enrol({ children }: { readonly children: ReactNode }) {
  const app = useApp();
  const [ready, setReady] = useState(false);
  const [problem, setProblem] = useState<Problem | null>(null);
  useEffect(() => {
    const begin = async (): Promise<void> => {
      const code = codeOfAddress();
      if (code) return enrol(app, code);
      const own = device.get();
      if (own === null) return;
      try {
        await app.api.get("/v1/session", {}, AbortSignal.timeout(PATIENCE_MS));
      } catch (error) {
        // Without the network the handheld opens with what it has; only a session that is over is begun anew.
        if (asProblem(error).status === 401) await signIn(app, own);
      }
    };
    begin().then(
      () => setReady(true),
      (error: unknown) => {
        const refused = asProblem(error);
        if (refused.status === 403) device.set(null);
        setProblem(refused);
      },
    );
  }, [app]);
  const again = (code: string) => {
    setProblem(null);
    enrol(app, code).then(
      () => setReady(true),
      (error: unknown) => setProblem(asProblem(error)),
    );
  };
  if (ready) return children;
  if (!problem) return <Loading />;
  return (
    <Suspense fallback={<Loading />}>
      <Refused problem={problem} onCode={again} />
    </Suspense>
  );
}
