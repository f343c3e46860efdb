import type { ReactNode } from "react";
import { useApp, useEvery, useLink, useReference, useVersion } from "../../app/hooks";
import type { OfficeId } from "../../core/units";
import { msOf } from "../../core/units";
import type { Priority, Tier } from "../../core/views";
import { spanText, useFormats, useT } from "../../i18n/hooks";
import { PriorityGlyph, Timer } from "../../ui";
import { isHeard, ownCounts, waitsOf } from "./logic";
import { messages } from "./messages";
import { OldCount } from "./trends/Age";
import { Arrival } from "./trends/Arrival";
import type { Steps } from "./trends/logic";
import { isMissed } from "./trends/logic";
import { messages as trendWords } from "./trends/messages";
import { TwoHours } from "./trends/TwoHours";
import { useTrends } from "./trends/useTrends";

const PRIORITIES: readonly Priority[] = [1, 2, 3, 4, 5];

/** What stands now, each figure with what it is a part of or aims at, and two hours of it; loud where an aim is missed. */
export function Counts({ tier, office }: { readonly tier: Tier; readonly office: OfficeId | null }) {
  const { world } = useApp();
  const { offices } = useReference();
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
  const heard = isHeard(useLink().streams);
  const count = (of: number): string => (heard ? num(of) : "—");
  const waits = waitsOf(world.call_back.values(), tier, now);
  const counts = ownCounts(offices, office, world.incident.values(), world.unit.values(), world.alarm.values());
  let unanswered = 0;
  for (const alarm of world.alarm.values()) if (!alarm.cleared_at && !alarm.acknowledged_at) unanswered++;
  return (
    <section className="board-counts" aria-label={t("board.counts")}>
      <dl className="counts">
        <Count name={t("board.count.open")} value={count(counts.open)} line={series?.open}>
          {counts.elsewhere > 0 && <span>{t("board.elsewhere", { n: counts.elsewhere })}</span>}
          {counts.unclassified > 0 && <span>{t("board.unclassified", { n: counts.unclassified })}</span>}
        </Count>
        <div className="counts-priorities">
          <dt>{t("board.byPriority")}</dt>
          <dd>
            {PRIORITIES.map((priority) => (
              <span key={priority} className="count-priority">
                <PriorityGlyph priority={priority} size={26} />
                <b>{count(counts.byPriority[priority])}</b>
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
        <Count name={t("board.count.waiting")} value={count(counts.waiting)} line={series?.to_dispatch}>
          {heard && <span>{t("board.ofOpen", { n: counts.open })}</span>}
          {trends && <span>{tt("trends.limit1", { span: spanText(t, trends.waiting_1_s) })}</span>}
        </Count>
        <Count name={t("board.count.onScene")} value={count(counts.onScene)} line={series?.on_scene}>
          {heard && <span>{t("board.ofOpen", { n: counts.open })}</span>}
        </Count>
        {hour && hour.response.n > 0 && (
          <Count
            name={tt("trends.arrival")}
            value={<Arrival trends={trends} />}
            line={series?.response_median_s}
            said={(seconds) => timer(seconds * 1000)}
            breach={isMissed(hour.aimed)}
          >
            {hour.aimed?.aim_s && <span>{tt("trends.aim", { aim: timer(hour.aimed.aim_s * 1000) })}</span>}
          </Count>
        )}
        <Count name={t("board.count.free")} value={count(counts.unitsFree)} line={series?.free}>
          {heard && <span>{t("board.ofDuty", { n: counts.unitsOnDuty })}</span>}
        </Count>
        <Count
          name={t("board.count.escalations")}
          value={count(counts.escalations)}
          line={series?.alarms_standing}
          breach={unanswered > 0}
        >
          {heard && <span>{t("board.toAcknowledge", { n: unanswered })}</span>}
        </Count>
        <Count
          name={t("board.count.callBacks")}
          value={count(waits.here)}
          line={series?.call_backs}
          breach={waits.late}
        >
          {waits.unplaced > 0 && <span>{t("board.unplaced", { n: waits.unplaced })}</span>}
          {waits.oldest !== null && (
            <span>
              {t("board.oldest")} <Timer from={msOf(waits.oldest)} />
            </span>
          )}
          {trends && <span>{tt("trends.limit", { span: spanText(t, trends.call_back_s) })}</span>}
        </Count>
      </dl>
      <OldCount of={counted} />
    </section>
  );
}

/** A value, two hours of it, and in words what it is a part of or aims at. */
function Count({
  name,
  value,
  line,
  said,
  breach = false,
  children,
}: {
  readonly name: string;
  readonly value: ReactNode;
  readonly line: Steps | undefined;
  readonly said?: (value: number) => string;
  readonly breach?: boolean;
  readonly children: ReactNode;
}) {
  const { num } = useFormats();
  return (
    <div data-breach={breach || undefined}>
      <dt>{name}</dt>
      <dd className="count-line">{line && <TwoHours what={name} values={line} said={said ?? num} />}</dd>
      <dd className="count-value">
        <b className="num">{value}</b>
        <span className="count-words">{children}</span>
      </dd>
    </div>
  );
}
