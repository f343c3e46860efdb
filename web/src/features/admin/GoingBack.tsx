import { useState } from "react";
import { useT } from "../../i18n/hooks";
import { Button, Field } from "../../ui";
import { Lines } from "./Lines";
import { messages } from "./messages";
import type { Line } from "./settings";

interface Props {
  /** What is gone back to, in words. */
  readonly title: string;
  /** What would change of what holds now; null while that is not known yet. */
  readonly lines: readonly Line[] | null;
  readonly onGo: (why: string) => void;
  readonly onLeave: () => void;
}

/** What going back would change, before it does; everything done since then goes with it. */
export function GoingBack({ title, lines, onGo, onLeave }: Props) {
  const t = useT(messages);
  const [why, setWhy] = useState(title);
  const notYet = lines === null ? t("admin.why.busy") : why.trim() === "" ? t("admin.why.why") : null;
  return (
    <section className="admin-draft" aria-label={title}>
      <h4>{title}</h4>
      <p>{t("admin.backWhat")}</p>
      {lines && <Lines lines={lines} />}
      <Field
        label={t("admin.why")}
        value={why}
        maxLength={300}
        autoFocus
        onChange={(event) => setWhy(event.target.value)}
      />
      <div className="admin-acts">
        <Button look="primary" disabledReason={notYet} reasonBelow onClick={() => onGo(why.trim())}>
          {t("admin.goBack")}
        </Button>
        <Button onClick={onLeave}>{t("admin.leave")}</Button>
      </div>
    </section>
  );
}
