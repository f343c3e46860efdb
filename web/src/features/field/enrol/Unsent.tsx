/** What this handheld did that no server has had, where nobody is let in to send it: how much, of which units, and what becomes of it. */

import { useEffect, useState } from "react";
import { useT } from "../../../i18n/hooks";
import { Ltr } from "../../../ui/Ltr";
import type { Waiting } from "../keep";
import { keep } from "../keep";
import { messages } from "./messages";

export const isForHelp = (each: Waiting): boolean => each.action === "emergency";
export const signsOf = (waiting: readonly Waiting[]): string =>
  [...new Set(waiting.map(({ unit }) => unit.split(".").at(-1) ?? unit))].sort().join(" ");

export default function Unsent() {
  const t = useT(messages);
  const [waiting, setWaiting] = useState<readonly Waiting[]>([]);
  useEffect(() => {
    keep.unsent().then(setWaiting, () => undefined);
  }, []);
  if (waiting.length === 0) return null;
  const help = waiting.filter(isForHelp).length;
  return (
    <div role="status">
      <p>
        <strong>{t("unsent.some", { n: waiting.length })}</strong> <Ltr>{signsOf(waiting)}</Ltr>
      </p>
      {help > 0 && (
        <p className="strip" data-tone="bad">
          <strong>{t("unsent.help", { n: help })}</strong>
        </p>
      )}
      <p>{t("unsent.kept")}</p>
    </div>
  );
}
