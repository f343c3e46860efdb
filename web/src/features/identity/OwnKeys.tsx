/** One's own ways in: keys, the telephone's codes, the codes on paper. Opened at `/#keys`. */

import { KeyRound } from "lucide-react";
import { type FormEvent, useState } from "react";
import type { Problem } from "../../api/problem";
import { asProblem } from "../../api/problem";
import { useApp, useLoad } from "../../app/hooks";
import { problemText, useFormats, useT } from "../../i18n/hooks";
import { Button, ErrorState, Field, Loading, Ltr } from "../../ui";
import { When } from "../admin/When";
import { messages } from "./messages";
import { Passphrase } from "./Passphrase";
import { Places } from "./Places";
import { useProof } from "./Proof";
import { Telephone } from "./Telephone";
import { createKey, hasKeys, isTurnedAway } from "./webauthn";
import "./identity.css";

export interface Key {
  readonly id: string;
  readonly label: string;
  readonly since: string;
  readonly used_at: string | null;
  readonly host: string;
  readonly here: boolean;
}

export interface WaysIn {
  readonly name: string;
  readonly password: boolean;
  readonly telephone: { readonly since: string; readonly recovery_left: number } | null;
  readonly keys: readonly Key[];
  readonly keys_here: boolean;
}

export default function OwnKeys() {
  const app = useApp();
  const t = useT(messages);
  const [problem, setProblem] = useState<Problem | null>(null);
  const [prove, question] = useProof();
  const { value, again, ...loaded } = useLoad(() => app.api.get<WaysIn>("/v1/session/keys"), [app]);
  if (!value) return loaded.problem ? <ErrorState problem={loaded.problem} onRetry={again} /> : <Loading rows={6} />;
  const act = async (run: () => Promise<unknown>): Promise<boolean> => {
    setProblem(null);
    try {
      await prove(run);
      again();
      return true;
    } catch (error) {
      if (!isTurnedAway(error)) setProblem(asProblem(error));
      return false;
    }
  };
  return (
    <div className="identity-keys">
      {question}
      <h2>{t("identity.title")}</h2>
      <p>{t("identity.who", { name: value.name })}</p>
      {problem && (
        <p className="field-error" role="alert">
          {problemText(t, problem)}
        </p>
      )}
      <Keys ways={value} act={act} />
      <Telephone held={value.telephone} act={act} />
      {value.password && <Passphrase />}
      <Places act={act} />
      <Button
        onClick={() => {
          location.hash = "";
        }}
      >
        {t("do.back")}
      </Button>
    </div>
  );
}

type Act = (run: () => Promise<unknown>) => Promise<boolean>;

export function Keys({ ways, act }: { readonly ways: WaysIn; readonly act: Act }) {
  const app = useApp();
  const t = useT(messages);
  const { num } = useFormats();
  const [label, setLabel] = useState("");
  const [busy, setBusy] = useState(false);
  const add = async (event: FormEvent) => {
    event.preventDefault();
    setBusy(true);
    const added = await act(async () => {
      const { options } = await app.api.post<{ options: Record<string, unknown> }>("/v1/session/keys/options", {});
      await app.api.post("/v1/session/keys", { credential: await createKey(options), label: label.trim() });
    });
    if (added) setLabel("");
    setBusy(false);
  };
  const why = !ways.keys_here ? t("identity.notHere") : !hasKeys() ? t("identity.notSafe") : null;
  return (
    <section className="identity-card" aria-label={t("identity.keys")}>
      <h3>
        <KeyRound size={18} aria-hidden="true" /> {t("identity.keys")}
      </h3>
      <p>{t("identity.keysWhat")}</p>
      {ways.keys.length === 0 ? (
        <p className="muted">{t("identity.noKeys")}</p>
      ) : (
        <ul className="identity-list">
          {ways.keys.map((key) => (
            <li key={key.id} className="identity-key">
              <span>
                <b>
                  <bdi>{key.label}</bdi>
                </b>{" "}
                · {t("identity.since")} <When at={key.since} /> ·{" "}
                {key.used_at ? (
                  <>
                    {t("identity.used")} <When at={key.used_at} />
                  </>
                ) : (
                  t("identity.never")
                )}
                {!key.here && (
                  <>
                    {" "}
                    · {t("identity.byName")} <Ltr>{key.host}</Ltr>
                  </>
                )}
              </span>
              <Button
                look="danger"
                aria-label={t("identity.removeKey", { label: key.label })}
                onClick={() => void act(() => app.api.delete(`/v1/session/keys/${encodeURIComponent(key.id)}`))}
              >
                {t("identity.remove")}
              </Button>
            </li>
          ))}
        </ul>
      )}
      {ways.keys.length === 1 && <p>{t("identity.second", { n: num(2) })}</p>}
      <form className="identity-form" onSubmit={(event) => void add(event)}>
        <Field
          label={t("identity.label")}
          maxLength={40}
          value={label}
          onChange={(event) => setLabel(event.target.value)}
        />
        <Button type="submit" look="primary" pending={busy} disabledReason={why} reasonBelow>
          {t("identity.addKey")}
        </Button>
      </form>
    </section>
  );
}
