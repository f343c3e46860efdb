import { KeyRound } from "lucide-react";
import { type FormEvent, useState } from "react";
import type { Problem } from "../../api/problem";
import { asProblem } from "../../api/problem";
import { signInWithKey, signInWithPassword } from "../../api/seats";
import { useApp } from "../../app/hooks";
import type { Session } from "../../core/views";
import { problemText, useT } from "../../i18n/hooks";
import { Button, Field } from "../../ui";
import { askKey, hasKeys, isTurnedAway } from "../identity/webauthn";
import { messages } from "./messages";

/** What the server says to somebody who has a telephone that makes codes. */
const ASKS_FOR_CODE: readonly string[] = ["auth.code_needed", "auth.wrong_code"];

/** Sign in by a key, or by name and password; `onIn` says where to. */
export function Password({ onIn }: { readonly onIn: (session: Session) => void }) {
  const app = useApp();
  const t = useT(messages);
  const [problem, setProblem] = useState<Problem | null>(null);
  const [busy, setBusy] = useState(false);
  // Stays once it was asked for: a mistyped password does not take the field away.
  const [code, setCode] = useState(false);
  const go = async (signIn: () => Promise<Session>) => {
    setBusy(true);
    setProblem(null);
    try {
      onIn(await signIn());
    } catch (error) {
      if (!isTurnedAway(error)) {
        const refused = asProblem(error);
        setProblem(refused);
        if (ASKS_FOR_CODE.includes(refused.code)) setCode(true);
      }
      setBusy(false);
    }
  };
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    const [name, password, typed] = ["name", "password", "code"].map((each) => String(form.get(each) ?? ""));
    void go(() => signInWithPassword(app.api, name ?? "", password ?? "", typed ?? ""));
  };
  const aboutCode = problem !== null && ASKS_FOR_CODE.includes(problem.code);
  const said = problem ? problemText(t, problem) : undefined;
  return (
    <form className="welcome-form" onSubmit={submit}>
      {hasKeys() && (
        <>
          <Button
            look="primary"
            icon={<KeyRound size={18} aria-hidden="true" />}
            pending={busy}
            onClick={() => void go(() => signInWithKey(app.api, askKey))}
          >
            {t("welcome.byKey")}
          </Button>
          <p className="muted">{t("welcome.orPassword")}</p>
        </>
      )}
      <Field label={t("welcome.name")} name="name" dir="ltr" autoComplete="username" required />
      <Field
        label={t("welcome.password")}
        name="password"
        type="password"
        dir="ltr"
        autoComplete="current-password"
        required
        error={aboutCode ? undefined : said}
      />
      {code && (
        <Field
          label={t("welcome.telephoneCode")}
          hint={t("welcome.telephoneCodeHint")}
          name="code"
          dir="ltr"
          autoComplete="one-time-code"
          required
          autoFocus
          error={aboutCode ? said : undefined}
        />
      )}
      <Button type="submit" look={hasKeys() ? "plain" : "primary"} pending={busy}>
        {busy ? t("welcome.starting") : t("welcome.signIn")}
      </Button>
    </form>
  );
}
