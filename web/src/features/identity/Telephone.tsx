/** A telephone that makes six digits every half minute: its picture, its first code, the codes on paper. */

import { Smartphone } from "lucide-react";
import { type FormEvent, useState } from "react";
import { useApp } from "../../app/hooks";
import { useT } from "../../i18n/hooks";
import { Button, Field, Ltr } from "../../ui";
import { pictureOf } from "../admin/people/people";
import { When } from "../admin/When";
import { messages } from "./messages";

interface Props {
  readonly held: { readonly since: string; readonly recovery_left: number } | null;
  readonly act: (run: () => Promise<unknown>) => Promise<boolean>;
}

interface Secret {
  readonly secret: string;
  readonly modules: readonly string[];
}

export function Telephone({ held, act }: Props) {
  const app = useApp();
  const t = useT(messages);
  const [secret, setSecret] = useState<Secret | null>(null);
  const [paper, setPaper] = useState<readonly string[] | null>(null);
  const begin = () =>
    act(async () => {
      setPaper(null);
      setSecret(await app.api.post<Secret>("/v1/session/telephone", {}));
    });
  const confirm = (code: string) =>
    act(async () => {
      const { recovery } = await app.api.post<{ recovery: readonly string[] }>("/v1/session/telephone/confirm", {
        code,
      });
      setPaper(recovery);
      setSecret(null);
    });
  return (
    <section className="identity-card" aria-label={t("identity.telephone")}>
      <h3>
        <Smartphone size={18} aria-hidden="true" /> {t("identity.telephone")}
      </h3>
      <p>{t("identity.telephoneWhat")}</p>
      {held && (
        <p>
          {t("identity.since")} <When at={held.since} /> · {t("identity.paperLeft", { n: held.recovery_left })}
        </p>
      )}
      {paper && (
        <div role="status">
          <p>{t("identity.paper")}</p>
          <ul className="identity-paper">
            {paper.map((code) => (
              <li key={code}>
                <Ltr>{code}</Ltr>
              </li>
            ))}
          </ul>
        </div>
      )}
      {secret && <Begun secret={secret} onCode={(code) => void confirm(code)} />}
      <div className="identity-acts">
        {!secret && (
          <Button onClick={() => void begin()}>{t(held ? "identity.otherTelephone" : "identity.addTelephone")}</Button>
        )}
        {held && (
          <Button look="danger" onClick={() => void act(() => app.api.delete("/v1/session/telephone"))}>
            {t("identity.removeTelephone")}
          </Button>
        )}
      </div>
    </section>
  );
}

function Begun({ secret, onCode }: { readonly secret: Secret; readonly onCode: (code: string) => void }) {
  const t = useT(messages);
  const { size, path } = pictureOf(secret.modules);
  const send = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    onCode(String(new FormData(event.currentTarget).get("code")));
  };
  return (
    <form className="identity-form" onSubmit={send}>
      <div className="identity-picture">
        <svg data-theme="glare" viewBox={`0 0 ${size} ${size}`} role="img" aria-label={t("identity.picture")}>
          <path d={path} className="identity-dark" />
        </svg>
        <p>{t("identity.how")}</p>
        <p>
          <Ltr>{secret.secret.replace(/(.{4})/g, "$1 ").trim()}</Ltr>
        </p>
      </div>
      <Field
        label={t("identity.code")}
        name="code"
        dir="ltr"
        inputMode="numeric"
        autoComplete="one-time-code"
        required
      />
      <Button type="submit" look="primary">
        {t("identity.confirm")}
      </Button>
    </form>
  );
}
