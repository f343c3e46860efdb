import type { Entry } from "../queue";
import { useBehindT } from "./useBehindT";

/** What the officer did for an assignment that was over by then: reading that it is over is reading this, too. */
export default function NotTaken({ entries }: { readonly entries: readonly Entry[] }) {
  const t = useBehindT();
  const what = entries.map((entry) => t(`act.${entry.action}`)).join(" · ");
  return <p className="gone-stop">{t("out.refusedWhy", { why: what })}</p>;
}
