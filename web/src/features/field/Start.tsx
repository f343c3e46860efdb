/** Opens the handheld for whoever is signed in, also with no network: then with what the last start read. */

import type { ReactNode } from "react";
import { lazy, Suspense, useEffect, useState } from "react";
import { asProblem } from "../../api/problem";
import type { App, Reference } from "../../app/app";
import { ReferenceContext, useApp, useLink, useLoad, useNewKinds } from "../../app/hooks";
import { OfficeTree } from "../../core/offices";
import type { Kind, Office, ServerInfo, Session } from "../../core/views";
import { setDisplayOffset } from "../../i18n/formats";
import { Button } from "../../ui/Button";
import { ErrorState, Loading } from "../../ui/states";
import { useFieldT } from "./hooks";
import { pocket, WHO } from "./pocket";

const Unsent = lazy(() => import("./enrol/Unsent"));
const NAME = `${WHO}reference `;
/** Whose reference that is. A tab keeps its own, because a demo has two units in two tabs of one browser. */
const UNIT = `${WHO}unit`;
const DAY_MS = 86_400_000;
/** A shell without a server must not wait for the whole read time before it shows what it has. */
const PATIENCE_MS = 2_500;

interface Kept {
  readonly server: ServerInfo;
  readonly session: Session;
  readonly offices: readonly Office[];
  readonly kinds: readonly Kind[];
  /** When this was kept and when its session is over, both by this device's own clock, which may be wrong. */
  readonly keptAt: number;
  readonly until: number;
}

function keep(reference: Reference): void {
  const { server, session, offices, kinds } = reference;
  const chain = session.office ? offices.chainOf(session.office) : [];
  const keptAt = Date.now();
  const until = keptAt + Date.parse(session.expiresAt ?? server.at) - Date.parse(server.at);
  const all = [...kinds.values()];
  const kept: Kept = { server, session: { ...session, token: null }, offices: chain, kinds: all, keptAt, until };
  pocket.set(NAME + session.unit, JSON.stringify(kept));
  pocket.set(UNIT, session.unit);
  try {
    sessionStorage.setItem(UNIT, session.unit ?? "");
  } catch {
    // Without storage the next start needs the network.
  }
}

function kept(): Reference | null {
  try {
    const text = pocket.get(NAME + (sessionStorage.getItem(UNIT) ?? pocket.get(UNIT)));
    if (!text) return null;
    const { server, session, offices, kinds, keptAt, until } = JSON.parse(text) as Kept;
    const now = Date.now();
    if (now > until || now < keptAt - DAY_MS) {
      // The shift's session is over, and nobody is here to begin another: what it saw is nobody's to see.
      void pocket.forget(false);
      return null;
    }
    setDisplayOffset(server.offsetMs);
    return {
      server,
      session,
      offices: new OfficeTree(offices),
      kinds: new Map(kinds.map((kind) => [kind.code, kind])),
    };
  } catch {
    return null;
  }
}

async function read(app: App): Promise<Reference> {
  const patience = new Promise<Reference | null>((resolve) => setTimeout(() => resolve(kept()), PATIENCE_MS));
  // A device that keeps nothing must not hold anybody up.
  const opened = Promise.race([pocket.open().catch(() => undefined), patience]);
  const fresh = app.readReference().then(async (reference) => {
    await opened;
    keep(reference);
    return reference;
  });
  fresh.catch(() => undefined);
  try {
    return (await Promise.race([fresh, patience])) ?? (await fresh);
  } catch (error) {
    await opened;
    if (asProblem(error).status === 401) await pocket.forget(true);
    const old = kept();
    if (old) return old;
    throw error;
  }
}

export function Start({ children }: { readonly children: ReactNode }) {
  const app = useApp();
  const t = useFieldT();
  const { value, problem, again } = useLoad(() => read(app), [app]);
  const link = useLink();
  useNewKinds(value?.kinds, again);
  const [over, setOver] = useState(false);
  const ready = value !== null;
  useEffect(() => {
    if (!ready || over) return;
    app.live.start();
    return () => app.live.stop();
  }, [app, ready, over]);
  const ended = ready && link.state === "signed_out";
  useEffect(() => {
    // Begun anew by an enrolled device, in its place; anybody else has left: the screen goes, and what it showed.
    if (ended)
      void import("./enrol/over")
        .then(({ goesOn }) => goesOn(app))
        .then((on) => (on ? app.live.start() : setOver(true)));
  }, [app, ended]);
  if (!value || over) {
    if (problem?.status === 401 || over) {
      return (
        <main className="hand gate">
          <div className="gate-body">
            <h1>{t("link.signed_out")}</h1>
            <Suspense>
              <Unsent />
            </Suspense>
          </div>
          <div className="gate-act">
            <Button size="main" look="primary" wide onClick={() => location.assign("/")}>
              {t("gate.home")}
            </Button>
          </div>
        </main>
      );
    }
    return problem ? <ErrorState problem={problem} onRetry={again} /> : <Loading onRetry={again} />;
  }
  return <ReferenceContext value={value}>{children}</ReferenceContext>;
}
