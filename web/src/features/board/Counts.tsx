import { useApp, useEvery, useVersion } from "../../app/hooks";
import { countsOf } from "../../core/selectors";
import type { OfficeId } from "../../core/units";
import { msOf } from "../../core/units";
import type { Priority, Tier } from "../../core/views";
import { spanText, useFormats, useT } from "../../i18n/hooks";
import { PriorityGlyph, Timer } from "../../ui";
import { waitsOf } from "./logic";
import { messages } from "./messages";
import { OldCount } from "./trends/Age";
import { Arrival } from "./trends/Arrival";
import { isMissed } from "./trends/logic";
import { messages as trendWords } from "./trends/messages";
import { TwoHours } from "./trends/TwoHours";
import { useTrends } from "./trends/useTrends";

const PRIORITIES: readonly Priority[] = [1, 2, 3, 4, 5];

/** What stands now, each figure with what it is a part of or aims at, and two hours of it; loud where an aim is missed. */
export function Counts({ tier, office }: { readonly tier: Tier; readonly office: OfficeId | null }) {
  const { world } = useApp();
  const now = useEvery(5);
  const t = useT(messages);
  const tt = useT(trendWords);
  const { num, timer } = useFormats();
  const counted = useTrends(office);
  const trends = counted.value;
  const { hour, series } = trends?.office.trend ?? {};
  useVersion(world.incident as never);
  useVersion(world.unit as never);
  useVersion(world.alarm as never);
  useVersion(world.call_back as never);
  const waits = waitsOf(world.call_back.values(), tier, now);
  const counts = countsOf(world.incident.values(), world.unit.values(), world.alarm.values());
  let unanswered = 0;
  for (const alarm of world.alarm.values()) if (!alarm.cleared_at && !alarm.acknowledged_at) unanswered++;
  return (
    <section className="board-counts" aria-label={t("board.counts")}>
      <dl className="counts">
        <div>
          <dt>{t("board.count.open")}</dt>
          <dd>
            <b>{num(counts.open)}</b>
            {counts.unclassified > 0 && <span>{t("board.unclassified", { n: counts.unclassified })}</span>}
            {series && <TwoHours what={t("board.count.open")} values={series.open} said={num} />}
          </dd>
        </div>
        <div className="counts-priorities">
          <dt>{t("board.byPriority")}</dt>
          <dd>
            {PRIORITIES.map((priority) => (
              <span key={priority} className="count-priority">
                <PriorityGlyph priority={priority} size={26} />
                <b>{num(counts.byPriority[priority])}</b>
                {series && (
                  <TwoHours
                    what={t("board.openOfPriority", { n: priority })}
                    values={series.open_by_priority[priority - 1] ?? []}
                    said={num}
                  />
                )}
              </span>
            ))}
          </dd>
        </div>
        <div>
          <dt>{t("board.count.waiting")}</dt>
          <dd>
            <b>{num(counts.waiting)}</b>
            <span>{t("board.ofOpen", { n: counts.open })}</span>
            {trends && <span>{tt("trends.limit1", { span: spanText(t, trends.waiting_1_s) })}</span>}
            {series && <TwoHours what={t("board.count.waiting")} values={series.waiting} said={num} />}
          </dd>
        </div>
        <div>
          <dt>{t("board.count.onScene")}</dt>
          <dd>
            <b>{num(counts.onScene)}</b>
            <span>{t("board.ofOpen", { n: counts.open })}</span>
            {series && <TwoHours what={t("board.count.onScene")} values={series.on_scene} said={num} />}
          </dd>
        </div>
        {hour && hour.response.n > 0 && (
          <div data-breach={isMissed(hour.aimed) || undefined}>
            <dt>{tt("trends.arrival")}</dt>
            <dd>
              <b className="num">
                <Arrival trends={trends} />
              </b>
              {hour.aimed?.aim_s && <span>{tt("trends.aim", { aim: timer(hour.aimed.aim_s * 1000) })}</span>}
              {series && (
                <TwoHours
                  what={tt("trends.arrival")}
                  values={series.response_median_s}
                  said={(seconds) => timer(seconds * 1000)}
                />
              )}
            </dd>
          </div>
        )}
        <div>
          <dt>{t("board.count.free")}</dt>
          <dd>
            <b>{num(counts.unitsFree)}</b>
            <span>{t("board.ofDuty", { n: counts.unitsOnDuty })}</span>
            {series && <TwoHours what={t("board.count.free")} values={series.free} said={num} />}
          </dd>
        </div>
        <div data-breach={unanswered > 0 || undefined}>
          <dt>{t("board.count.escalations")}</dt>
          <dd>
            <b>{num(counts.escalations)}</b>
            <span>{t("board.toAcknowledge", { n: unanswered })}</span>
            {series && <TwoHours what={t("board.count.escalations")} values={series.alarms_standing} said={num} />}
          </dd>
        </div>
        <div data-breach={waits.late || undefined}>
          <dt>{t("board.count.callBacks")}</dt>
          <dd>
            <b>{num(waits.here)}</b>
            {waits.unplaced > 0 && <span>{t("board.unplaced", { n: waits.unplaced })}</span>}
            {waits.oldest !== null && (
              <span>
                {t("board.oldest")} <Timer from={msOf(waits.oldest)} />
              </span>
            )}
            {trends && <span>{tt("trends.limit", { span: spanText(t, trends.call_back_s) })}</span>}
            {series && <TwoHours what={t("board.count.callBacks")} values={series.call_backs} said={num} />}
          </dd>
        </div>
      </dl>
      <OldCount of={counted} />
    </section>
  );
}
