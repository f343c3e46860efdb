import { useApp, useItem } from "../../app/hooks";
import { Empty } from "../../ui";
import { useWords } from "./context";
import { IncidentDetail } from "./later";
import { useDesk } from "./store";

/** The incident that is chosen, or that none is. */
export function DetailPane() {
  const { world } = useApp();
  const { t } = useWords();
  const id = useDesk((desk) => desk.selected);
  const incident = useItem(world.incident, id);
  if (!incident)
    return (
      <div className="detail-empty">
        <Empty>{t("empty.detail")}</Empty>
        <p className="muted">{t("empty.detailHint")}</p>
      </div>
    );
  return <IncidentDetail key={incident.id} incident={incident} />;
}
