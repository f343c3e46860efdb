import { useRef } from "react";
import { useApp, useItem } from "../../app/hooks";
import { Empty } from "../../ui";
import { useWords } from "./context";
import { FleetOverview, IncidentDetail } from "./later";
import { useHaveData } from "./Queues";
import { useDesk } from "./store";

/** How the fleet stands, once all of it is known: before that it would say that there is none, and keep the first rows waiting. */
function Fleet() {
  const { have } = useHaveData(true);
  const known = useRef(false);
  known.current ||= have;
  return known.current ? <FleetOverview /> : null;
}

/** The incident that is chosen; without one, how the fleet stands. */
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
        <Fleet />
      </div>
    );
  return <IncidentDetail key={incident.id} incident={incident} />;
}
