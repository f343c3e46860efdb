import { useApp, useDerived } from "../../../app/hooks";
import { useFormats, useT } from "../../../i18n/hooks";
import { Button } from "../../../ui";
import { useDesk } from "../store";
import { messages } from "./messages";
import { inForce } from "./useRoadShapes";

/** The way to the list of conditions; says how many are in force. */
export function RoadsOpen() {
  const { world } = useApp();
  const t = useT(messages);
  const { id: number } = useFormats();
  const open = useDesk((desk) => desk.end === "roads");
  const count = useDerived(world.condition, (all) => [...all].filter(inForce).length, []);
  if (open) return null;
  return (
    <Button className="reach-open" keyHint="B" onClick={() => useDesk.getState().show("roads")}>
      {t("roads.open")}
      {count > 0 && ` (${number(count)})`}
    </Button>
  );
}
