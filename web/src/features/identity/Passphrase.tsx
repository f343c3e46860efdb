/** Another passphrase, by the one so far. */

import { LockKeyhole } from "lucide-react";
import { type FormEvent, useState } from "react";
import type { Problem } from "../../api/problem";
import { asProblem } from "../../api/problem";
import { useApp } from "../../app/hooks";
import { problemText, useT } from "../../i18n/hooks";
import { Button, Field } from "../../ui";
import { messages } from "./messages";

export function Passphrase() {
  const app = useApp();
  const t = useT(messages);
  const [changed, setChanged] = useState(false);
  const [problem, setProblem] = useState<Problem | null>(null);
  const send = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const form = event.currentTarget;
    const said = new FormData(form);
    const body = { old: String(said.get("old")), new: String(said.get("new")) };
    setChanged(false);
    setProblem(null);
    try {
      await app.api.post("/v1/session/password", body);
      setChanged(true);
    } catch (error) {
      setProblem(asProblem(error));
    }
    form.reset();
  };
  return (
    <section className="identity-card" aria-label={t("passphrase.title")}>
      <h3>
        <LockKeyhole size={18} aria-hidden="true" /> {t("passphrase.title")}
      </h3>
      <form className="identity-form" onSubmit={(event) => void send(event)}>
        <Field
          label={t("passphrase.old")}
          name="old"
          type="password"
          dir="ltr"
          autoComplete="current-password"
          required
        />
        <Field
          label={t("passphrase.new")}
          hint={t("passphrase.hint")}
          name="new"
          type="password"
          dir="ltr"
          autoComplete="new-password"
          minLength={15}
          required
        />
        {problem && (
          <p className="field-error" role="alert">
            {problemText(t, problem)}
          </p>
        )}
        {changed && <p role="status">{t("passphrase.changed")}</p>}
        <Button type="submit">{t("passphrase.change")}</Button>
      </form>
    </section>
  );
}
