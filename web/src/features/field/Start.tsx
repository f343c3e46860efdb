/** Opens the handheld for whoever is signed in, also with no network: then with what the last start read. */

import type { ReactNode } from "react";
import { useEffect, useState } from "react";
import { asProblem } from "../../api/problem";
import type { App, Reference } from "../../app/app";
import { ReferenceContext, useApp, useLink, useLoad, useNewKinds } from "../../app/hooks";
import { OfficeTree } from "../../core/offices";
import type { Kind, Office, ServerInfo, Session } from "../../core/views";
import { setDisplayOffset } from "../../i18n/formats";
import { Button } from "../../ui/Button";
import { ErrorState, Loading } from "../../ui/states";
import { useFieldT } from "./hooks";

const NAME = "nazdik.field.reference";
/** A shell without a server must not wait for the whole read time before it shows what it has. */
const PATIENCE_MS = 2_500;

interface Kept {
  readonly server: ServerInfo;
  readonly session: Session;
  readonly offices: readonly Office[];
  readonly kinds: readonly Kind[];
}

function keep(reference: Reference): void {
  const { server, session, offices, kinds } = reference;
  const chain = session.office ? offices.chainOf(session.office) : [];
  const kept: Kept = { server, session: { ...session, token: null }, offices: chain, kinds: [...kinds.values()] };
  try {
    localStorage.setItem(NAME, JSON.stringify(kept));
    // A tab keeps its own, because a demo has two units in two tabs of one browser.
    sessionStorage.setItem(NAME, JSON.stringify(kept));
  } catch {
    // Without storage the next start needs the network.
  }
}

function kept(): Reference | null {
  try {
    const text = sessionStorage.getItem(NAME) ?? localStorage.getItem(NAME);
    if (!text) return null;
    const { server, session, offices, kinds } = JSON.parse(text) as Kept;
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
  const fresh = app.readReference().then((reference) => {
    keep(reference);
    return reference;
  });
  fresh.catch(() => undefined);
  try {
    return (await Promise.race([fresh, patience])) ?? (await fresh);
  } catch (error) {
    const old = asProblem(error).status === 401 ? null : kept();
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
  const [started, setStarted] = useState(false);
  const ready = value !== null;
  useEffect(() => {
    if (!ready) return;
    app.live.start();
    setStarted(true);
    return () => app.live.stop();
  }, [app, ready]);
  if (!value) {
    if (problem?.status === 401 || (started && link.state === "signed_out")) {
      return (
        <main className="hand gate">
          <div className="gate-body">
            <h1>{t("link.signed_out")}</h1>
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
