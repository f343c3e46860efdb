/** Signing in by the force's identity service: the button, the way back, and signing out there as well. */

import { LogIn } from "lucide-react";
import { useEffect, useRef, useState } from "react";
import type { Problem } from "../../api/problem";
import { asProblem } from "../../api/problem";
import type { Raw } from "../../api/reads";
import { readSession } from "../../api/reads";
import { useApp, useLoad } from "../../app/hooks";
import type { Session } from "../../core/views";
import { problemText, useNamed, useT } from "../../i18n/hooks";
import { Button } from "../../ui";
import { type Answer, answerIn, askService, isProof, tellProved } from "../identity/service";
import { messages } from "./messages";

interface Told {
  readonly identity_service: { readonly fa: string; readonly en: string } | null;
}

/** Shown where a service is configured, and nowhere else. */
export function Service({ onIn }: { readonly onIn: (session: Session) => void }) {
  const app = useApp();
  const t = useT(messages);
  const named = useNamed();
  const { value } = useLoad(() => app.api.get<Told>("/v1/server"), [app]);
  // Read once: the address is made plain at once, so that a page loaded again does not ask twice.
  const answer = useRef<Answer | null>(answerIn(location.search));
  const [busy, setBusy] = useState(answer.current !== null);
  const [problem, setProblem] = useState<Problem | null>(null);
  const [proved, setProved] = useState(false);
  const service = value?.identity_service ?? null;

  const tryTo = async (run: () => Promise<void>) => {
    setBusy(true);
    setProblem(null);
    try {
      await run();
    } catch (error) {
      setProblem(asProblem(error));
      setBusy(false);
    }
  };
  // biome-ignore lint/correctness/useExhaustiveDependencies: once, when the service is known.
  useEffect(() => {
    if (service === null) return;
    const came = answer.current;
    answer.current = null;
    if (came === null) {
      void leave();
      return;
    }
    history.replaceState(null, "", "/");
    void tryTo(async () => {
      if (!isProof(came)) {
        onIn(readSession(await app.api.post<Raw>("/v1/sessions", { service: came, cookie_only: true })));
        return;
      }
      await app.api.post("/v1/session/proof", { service: came });
      tellProved();
      setProved(true);
      setBusy(false);
    });
  }, [service]);
  /** Whoever has just signed out here signs out there as well. */
  const leave = async () => {
    const out = await app.api.post<{ address: string | null }>("/v1/identity-service/way-out", {}).catch(() => null);
    if (out?.address) location.assign(out.address);
  };
  if (service === null) return null;
  if (proved)
    return (
      <p className="welcome-seated" role="status">
        {t("service.proved")}
      </p>
    );
  return (
    <div className="welcome-service">
      <Button
        icon={<LogIn size={18} className="mirror" aria-hidden="true" />}
        pending={busy}
        onClick={() => void tryTo(async () => location.assign(await askService(app.api, false)))}
      >
        {t(busy ? "service.busy" : "service.signIn", { name: named(service) })}
      </Button>
      {problem && (
        <p className="field-error" role="alert">
          {problemText(t, problem)}
        </p>
      )}
    </div>
  );
}
