/** What safety rests on asks once more who is at the desk: the question, and the act after the answer. */

import type { ReactNode } from "react";
import { type FormEvent, useState } from "react";
import type { Problem } from "../../api/problem";
import { asProblem } from "../../api/problem";
import { useApp } from "../../app/hooks";
import { problemText, useT } from "../../i18n/hooks";
import { Button, Dialog, Field } from "../../ui";
import { messages } from "./messages";
import { askKey, hasKeys, isTurnedAway } from "./webauthn";
import "./identity.css";

interface Asked {
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
      if (asProblem(error).code !== "auth.proof_needed") throw error;
      await new Promise<void>((proved, left) => setAsked({ proved, left: () => left(error) }));
      return await run();
    }
  };
  const close = (then: (() => void) | undefined) => {
    setAsked(null);
    then?.();
  };
  return [prove, asked && <Ask onProved={() => close(asked.proved)} onLeft={() => close(asked.left)} />];
}

function Ask({ onProved, onLeft }: { readonly onProved: () => void; readonly onLeft: () => void }) {
  const app = useApp();
  const t = useT(messages);
  const [problem, setProblem] = useState<Problem | null>(null);
  const [busy, setBusy] = useState(false);
  const send = async (proof: () => Promise<unknown>) => {
    setBusy(true);
    setProblem(null);
    try {
      await app.api.post("/v1/session/proof", await proof());
      onProved();
    } catch (error) {
      if (!isTurnedAway(error)) setProblem(asProblem(error));
      setBusy(false);
    }
  };
  const byPassword = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const password = String(new FormData(event.currentTarget).get("password"));
    void send(async () => ({ password }));
  };
  const byKey = () =>
    send(async () => {
      const { options } = await app.api.post<{ options: Record<string, unknown> }>("/v1/passkeys/options", {});
      return { passkey: await askKey(options) };
    });
  return (
    <Dialog title={t("identity.prove")} onClose={onLeft}>
      <form className="identity-form" onSubmit={byPassword}>
        <p>{t("identity.proveWhy")}</p>
        <Field
          label={t("identity.password")}
          name="password"
          type="password"
          dir="ltr"
          autoComplete="current-password"
          required
          autoFocus
          error={problem ? problemText(t, problem) : undefined}
        />
        <div className="identity-acts">
          <Button type="submit" look="primary" pending={busy}>
            {t("identity.goOn")}
          </Button>
          {hasKeys() && <Button onClick={() => void byKey()}>{t("identity.byKey")}</Button>}
        </div>
      </form>
    </Dialog>
  );
}
