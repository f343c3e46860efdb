import { type FormEvent, useState } from "react";
import type { Problem } from "../../api/problem";
import { asProblem } from "../../api/problem";
import { signInWithPassword } from "../../api/seats";
import { useApp } from "../../app/hooks";
import type { Session } from "../../core/views";
import { problemText, useT } from "../../i18n/hooks";
import { Button, Field } from "../../ui";
import { messages } from "./messages";

/** Sign in by name and password; `onIn` says where to. */
export function Password({ onIn }: { readonly onIn: (session: Session) => void }) {
  const app = useApp();
  const t = useT(messages);
  const [problem, setProblem] = useState<Problem | null>(null);
  const [busy, setBusy] = useState(false);
  const submit = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    setBusy(true);
    setProblem(null);
    try {
      onIn(await signInWithPassword(app.api, String(form.get("name")), String(form.get("password"))));
    } catch (error) {
      setProblem(asProblem(error));
      setBusy(false);
    }
  };
  return (
    <form className="welcome-form" onSubmit={submit}>
      <Field label={t("welcome.name")} name="name" dir="ltr" autoComplete="username" required />
      <Field
        label={t("welcome.password")}
        name="password"
        type="password"
        dir="ltr"
        autoComplete="current-password"
        required
        error={problem ? problemText(t, problem) : undefined}
      />
      <Button type="submit" look="primary" pending={busy}>
        {busy ? t("welcome.starting") : t("welcome.signIn")}
      </Button>
    </form>
  );
}
