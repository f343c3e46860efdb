import { type FormEvent, useState } from "react";
import type { Problem } from "../../api/problem";
import { asProblem } from "../../api/problem";
import { useApp } from "../../app/hooks";
import { problemText, useT } from "../../i18n/hooks";
import { Button, Field } from "../../ui";
import { messages } from "./messages";

/** Whoever was handed a code sets a password that nobody else knows. */
export function OwnPassword() {
  const app = useApp();
  const t = useT(messages);
  const [code, setCode] = useState("");
  const [password, setPassword] = useState("");
  const [problem, setProblem] = useState<Problem | null>(null);
  const [name, setName] = useState<string | null>(null);
  const send = async (event: FormEvent) => {
    event.preventDefault();
    setProblem(null);
    try {
      setName((await app.api.post<{ name: string }>("/v1/passwords", { code: code.trim(), password })).name);
    } catch (error) {
      setProblem(asProblem(error));
    }
  };
  return (
    <details className="welcome-code">
      <summary>{t("welcome.haveCode")}</summary>
      <form onSubmit={(event) => void send(event)}>
        <Field
          label={t("welcome.code")}
          dir="ltr"
          autoComplete="one-time-code"
          value={code}
          onChange={(event) => setCode(event.target.value)}
        />
        <Field
          label={t("welcome.newPassword")}
          hint={t("welcome.newPasswordHint")}
          type="password"
          autoComplete="new-password"
          value={password}
          onChange={(event) => setPassword(event.target.value)}
        />
        {problem && (
          <p className="field-error" role="alert">
            {problemText(t, problem)}
          </p>
        )}
        {name && <p role="status">{t("welcome.passwordSet", { name })}</p>}
        <Button
          type="submit"
          disabledReason={code.trim() === "" || [...password].length < 15 ? t("welcome.newPasswordHint") : null}
        >
          {t("welcome.setPassword")}
        </Button>
      </form>
    </details>
  );
}
