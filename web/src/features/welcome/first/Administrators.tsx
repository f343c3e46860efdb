import { type FormEvent, useState } from "react";
import type { Problem } from "../../../api/problem";
import { asProblem } from "../../../api/problem";
import { token } from "../../../app/app";
import { useApp } from "../../../app/hooks";
import { problemText, useT } from "../../../i18n/hooks";
import { Button, Field, Ltr, reasonText } from "../../../ui";
import { messages } from "./messages";
import type { Form, Made, Second } from "./run";
import { whyNotMake } from "./run";

const EMPTY: Form = { code: "", name: "", password: "", second: "" };

/** Two administrators, by the code that only whoever started the server can read. */
export function Administrators({ onMade }: { readonly onMade: (second: Second) => void }) {
  const app = useApp();
  const t = useT(messages);
  const [form, setForm] = useState(EMPTY);
  const [problem, setProblem] = useState<Problem | null>(null);
  const [busy, setBusy] = useState(false);
  const put = (part: Partial<Form>) => setForm((before) => ({ ...before, ...part }));
  const send = async (event: FormEvent) => {
    event.preventDefault();
    if (whyNotMake(form)) return;
    setBusy(true);
    setProblem(null);
    try {
      const made = await app.api.post<Made>("/v1/first-run/administrators", { ...form, code: form.code.trim() });
      token.set(made.session.token);
      onMade(made.second);
    } catch (error) {
      setProblem(asProblem(error));
      setBusy(false);
    }
  };
  return (
    <form className="first-form" onSubmit={(event) => void send(event)}>
      <Field
        label={t("first.code")}
        hint={t("first.codeHint")}
        dir="ltr"
        autoComplete="one-time-code"
        value={form.code}
        onChange={(event) => put({ code: event.target.value })}
      />
      <Field
        label={t("first.name")}
        hint={t("first.nameHint", { example: "head-a" })}
        dir="ltr"
        autoComplete="username"
        value={form.name}
        onChange={(event) => put({ name: event.target.value })}
      />
      <Field
        label={t("first.password")}
        hint={t("first.passwordHint")}
        type="password"
        dir="ltr"
        autoComplete="new-password"
        value={form.password}
        onChange={(event) => put({ password: event.target.value })}
      />
      <Field
        label={t("first.second")}
        hint={t("first.secondHint")}
        dir="ltr"
        value={form.second}
        onChange={(event) => put({ second: event.target.value })}
      />
      {problem && (
        <p className="field-error" role="alert">
          {problemText(t, problem)}
        </p>
      )}
      <Button type="submit" look="primary" pending={busy} reasonBelow disabledReason={reasonText(t, whyNotMake(form))}>
        {t("first.make")}
      </Button>
    </form>
  );
}

/** The second administrator's code, until whoever reads it goes on. */
export function Handed({ second, onNext }: { readonly second: Second; readonly onNext: () => void }) {
  const t = useT(messages);
  return (
    <div className="first-code" role="status">
      <p>{t("first.made")}</p>
      <p className="first-code-text">
        <Ltr>{second.code}</Ltr>
      </p>
      <p>{t("first.madeMore", { name: second.name })}</p>
      <Button look="primary" onClick={onNext}>
        {t("first.goOn")}
      </Button>
    </div>
  );
}
