/** Somebody of whom a second factor is demanded proves theirs, or makes one, before anything else. Opened at `/#factor`. */

import { type FormEvent, useState } from "react";
import type { Problem } from "../../api/problem";
import { asProblem } from "../../api/problem";
import { getSession } from "../../api/reads";
import { useApp, useLoad } from "../../app/hooks";
import type { Session } from "../../core/views";
import { problemText, useT } from "../../i18n/hooks";
import { Button, ErrorState, Field, Loading } from "../../ui";
import { messages } from "./messages";
import { Keys, type WaysIn } from "./OwnKeys";
import { useProof } from "./Proof";
import { Telephone } from "./Telephone";
import { askKey, hasKeys, isTurnedAway } from "./webauthn";
import "./identity.css";

/** Where a session leads of which a second factor is still missing. */
export const FACTOR = "#factor";

export default function FactorNeeded({ onIn }: { readonly onIn: (session: Session) => void }) {
  const app = useApp();
  const ways = useLoad(() => app.api.get<WaysIn>("/v1/session/keys"), [app]);
  const session = useLoad(() => getSession(app.api), [app]);
  const wrong = ways.problem ?? session.problem;
  if (!ways.value || !session.value)
    return wrong ? <ErrorState problem={wrong} onRetry={() => void app.signOut()} /> : <Loading rows={6} />;
  const now = { ways: ways.value, session: session.value };
  const again = () => {
    ways.again();
    session.again();
  };
  return <Steps {...now} onActed={again} onIn={onIn} />;
}

interface StepsProps {
  readonly ways: WaysIn;
  readonly session: Session;
  readonly onActed: () => void;
  readonly onIn: (session: Session) => void;
}

function Steps({ ways, session, onActed, onIn }: StepsProps) {
  const app = useApp();
  const t = useT(messages);
  const [problem, setProblem] = useState<Problem | null>(null);
  const [prove, question] = useProof();
  // As they came: whoever makes one now goes on seeing it, and the codes to be written down.
  const [had] = useState(ways.keys.length > 0 || ways.telephone !== null);
  const done = (session.face as string) !== FACTOR;
  const act = async (run: () => Promise<unknown>): Promise<boolean> => {
    setProblem(null);
    try {
      await prove(run);
      onActed();
      return true;
    } catch (error) {
      if (!isTurnedAway(error)) setProblem(asProblem(error));
      return false;
    }
  };
  const { keys, telephone } = ways;
  return (
    <div className="identity-keys">
      {question}
      <h2>{t("factor.title")}</h2>
      <p>{t(done ? "factor.done" : had ? "factor.prove" : "factor.what")}</p>
      {problem && (
        <p className="field-error" role="alert">
          {problemText(t, problem)}
        </p>
      )}
      {done && (
        <Button look="primary" onClick={() => onIn(session)}>
          {t("factor.goOn")}
        </Button>
      )}
      {had && !done ? (
        <Prove act={act} telephone={telephone !== null} keys={keys.some((key) => key.here)} />
      ) : (
        <>
          <Keys ways={ways} act={act} />
          <Telephone held={telephone} act={act} />
        </>
      )}
      <Button onClick={() => void app.signOut()}>{t("do.signOut")}</Button>
    </div>
  );
}

interface ProveProps {
  readonly act: (run: () => Promise<unknown>) => Promise<boolean>;
  readonly telephone: boolean;
  readonly keys: boolean;
}

/** Whoever came without what they have: by the identity service, or by a passphrase although they have a key. */
function Prove({ act, telephone, keys }: ProveProps) {
  const app = useApp();
  const t = useT(messages);
  const send = (proof: unknown) => app.api.post("/v1/session/proof", proof);
  const byCode = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const code = String(new FormData(event.currentTarget).get("code"));
    void act(() => send({ code }));
  };
  const byKey = async () => {
    const { options } = await app.api.post<{ options: Record<string, unknown> }>("/v1/passkeys/options", {});
    await send({ passkey: await askKey(options) });
  };
  return (
    <form className="identity-form" onSubmit={byCode}>
      {telephone && (
        <Field
          label={t("factor.code")}
          name="code"
          dir="ltr"
          inputMode="numeric"
          autoComplete="one-time-code"
          required
          autoFocus
        />
      )}
      <div className="identity-acts">
        {telephone && (
          <Button type="submit" look="primary">
            {t("factor.goOn")}
          </Button>
        )}
        {keys && hasKeys() && <Button onClick={() => void act(byKey)}>{t("factor.byKey")}</Button>}
      </div>
    </form>
  );
}
