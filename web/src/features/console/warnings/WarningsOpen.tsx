import { useApp, useDerived, useEvery, useReference } from "../../../app/hooks";
import { useFormats, useT } from "../../../i18n/hooks";
import { Button } from "../../../ui";
import { useDesk } from "../store";
import { inForce } from "./draft";
import { messages } from "./messages";

/** The way to the warnings; says how many are in force and how many drafts wait. */
export function WarningsOpen() {
  const { world } = useApp();
  const { session } = useReference();
  const t = useT(messages);
  const { id: number } = useFormats();
  const now = useEvery(5);
  const open = useDesk((desk) => desk.end === "warnings");
  const out = useDerived(world.warning, (all) => [...all].filter((each) => inForce(each, now)).length, [now]);
  const drafts = useDerived(world.warning, (all) => [...all].filter((each) => each.state === "draft").length, []);
  if (open || !session.acts.has("see_warnings")) return null;
  return (
    <Button className="reach-open" keyHint="P" onClick={() => useDesk.getState().show("warnings")}>
      {t("warnings.open")}
      {out > 0 && ` (${number(out)})`}
      {drafts > 0 && ` · ${t("warnings.drafts", { n: drafts })}`}
    </Button>
  );
}
