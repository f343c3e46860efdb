/** Why a handheld was not let in, and where another code is typed. Loaded only then. */

import { useState } from "react";
import type { Problem } from "../../../api/problem";
import { problemText, useT } from "../../../i18n/hooks";
import { Button } from "../../../ui/Button";
import { Field } from "../../../ui/Field";
import { messages } from "./messages";
import Unsent from "./Unsent";

interface Props {
  readonly problem: Problem;
  readonly onCode: (code: string) => void;
}

export default function Refused({ problem, onCode }: Props) {
  const t = useT(messages);
  const [typed, setTyped] = useState("");
  return (
    <main className="state">
      <h1>{t("enrol.title")}</h1>
      <p role="alert">{problemText(t, problem)}</p>
      <Unsent />
      <Field
        label={t("enrol.code")}
        dir="ltr"
        maxLength={20}
        value={typed}
        onChange={(event) => setTyped(event.target.value)}
      />
      <Button
        look="primary"
        size="hand"
        disabledReason={typed.trim() === "" ? t("enrol.type") : null}
        onClick={() => onCode(typed.trim())}
      >
        {t("enrol.enrol")}
      </Button>
      <Button size="hand" onClick={() => location.assign("/")}>
        {t("do.back")}
      </Button>
    </main>
  );
}
