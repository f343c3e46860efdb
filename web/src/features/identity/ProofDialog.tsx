/** The question itself: by passphrase, by key, or at the identity service in a tab of its own. */

import { type FormEvent, useEffect, useState } from "react";
import type { Problem } from "../../api/problem";
import { asProblem } from "../../api/problem";
import { useApp } from "../../app/hooks";
import { problemText, useT } from "../../i18n/hooks";
import { Button, Dialog, Field } from "../../ui";
import { messages } from "./messages";
import { askService, onProved as onProvedThere } from "./service";
import { askKey, hasKeys, isTurnedAway } from "./webauthn";
import "./identity.css";

interface ProofDialogProps {
  readonly by: string;
  readonly onProved: () => void;
  readonly onLeft: () => void;
}

export default function ProofDialog({ by, onProved, onLeft }: ProofDialogProps) {
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
  // Whoever came by the identity service may have no password here: they prove it there, in a tab of its own.
  const byService = by === "oidc";
  useEffect(() => (byService ? onProvedThere(onProved) : undefined), [byService, onProved]);
  const goThere = async () => {
    setProblem(null);
    try {
      window.open(await askService(app.api, true), "_blank", "noopener");
    } catch (error) {
      setProblem(asProblem(error));
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
        {byService ? (
          problem && (
            <p className="field-error" role="alert">
              {problemText(t, problem)}
            </p>
          )
        ) : (
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
        )}
        <div className="identity-acts">
          {byService ? (
            <Button look="primary" onClick={() => void goThere()}>
              {t("identity.atService")}
            </Button>
          ) : (
            <Button type="submit" look="primary" pending={busy}>
              {t("identity.goOn")}
            </Button>
          )}
          {hasKeys() && <Button onClick={() => void byKey()}>{t("identity.byKey")}</Button>}
        </div>
      </form>
    </Dialog>
  );
}
