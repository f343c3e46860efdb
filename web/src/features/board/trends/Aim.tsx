import { useFormats, useT } from "../../../i18n/hooks";
import type { Aimed } from "./logic";
import { isMissed } from "./logic";
import { messages } from "./messages";

/** What an office aims at, beside what was measured; loud only where it is missed. Nothing where it aims at nothing. */
export function Aim({ of }: { readonly of: Aimed | null | undefined }) {
  const t = useT(messages);
  const { timer } = useFormats();
  if (!of || of.aim_s === null) return null;
  return (
    <small className="aim" data-loud={isMissed(of) || undefined}>
      {t("trends.aimed", { n: of.n, within: of.within, aim: timer(of.aim_s * 1000) })}
    </small>
  );
}
