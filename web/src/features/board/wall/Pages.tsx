import { useMemo, useRef } from "react";
import { useApp, useEvery, useLink, useReference, useSecond, useVersion } from "../../../app/hooks";
import { compareAlarms, compareWorst, isOpen, stageOf } from "../../../core/selectors";
import type { OfficeId } from "../../../core/units";
import { msOf } from "../../../core/units";
import type { Tier } from "../../../core/views";
import { spanText, useFormats, useNamed, useT } from "../../../i18n/hooks";
import { Ltr, PriorityGlyph, Timer } from "../../../ui";
import { useKindName } from "../IncidentRow";
import { isHeard, subOffices } from "../logic";
import { messages as boardWords } from "../messages";
import { LastHour } from "../trends/LastHour";
import type { Trends } from "../trends/logic";
import { messages as trendWords } from "../trends/messages";
import { STALE_MS } from "./logic";
import { messages } from "./messages";
import { useFit } from "./useFit";

const ROW_EM = 1.7;

/** The worst incidents, as many as fit. Many see a wall: above a station it says whose an incident is, and no address. */
export function Worst({ tier }: { readonly tier: Tier }) {
  const { world } = useApp();
  const t = useT(messages);
  const common = useT();
  const tb = useT(boardWords);
  const { id } = useFormats();
  const named = useNamed();
  const kindName = useKindName();
  const { offices } = useReference();
  const now = useEvery(5);
  const version = useVersion(world.incident as never);
  const heard = isHeard(useLink().streams);
  const box = useRef<HTMLUListElement>(null);
  const fits = useFit(box, ROW_EM);
  // biome-ignore lint/correctness/useExhaustiveDependencies: the version stands for the store's content.
  const worst = useMemo(
    () => [...world.incident.values()].filter(isOpen).sort(compareWorst(now)),
    [world, version, now],
  );
  const shown = worst.length > fits ? worst.slice(0, fits - 1) : worst;
  return (
    <ul ref={box} className="wall-list">
      {worst.length === 0 && <li className="wall-none">{t(heard ? "wall.none" : "wall.notYet")}</li>}
      {shown.map((incident) => {
        const stage = stageOf(incident);
        const station = offices.find(incident.station);
        return (
          <li key={incident.id} className="wall-row">
            <PriorityGlyph priority={incident.priority} size={40} />
            <b className="truncate wall-what">
              {id(incident.number)} · {kindName(incident)}
            </b>
            <span className="truncate wall-where">
              {tier === "station"
                ? incident.place || common("incident.placeUnknown")
                : station
                  ? named(station.name)
                  : tb("board.outside")}
            </span>
            <span className="truncate wall-stage">{common(`status.${incident.status}`)}</span>
            <Timer from={stage.since} warnAt={stage.warnAt} breachAt={stage.breachAt} />
          </li>
        );
      })}
      {shown.length < worst.length && (
        <li className="wall-more">{t("wall.more", { n: worst.length - shown.length })}</li>
      )}
    </ul>
  );
}

/** The offices below, worst first; one whose stream is old is grey, and its age is said. */
export function Offices({ office, trends }: { readonly office: OfficeId; readonly trends: Trends | null }) {
  const { world } = useApp();
  const t = useT(messages);
  const tb = useT(boardWords);
  const named = useNamed();
  const { num, timer } = useFormats();
  const { offices } = useReference();
  const link = useLink();
  const now = useSecond();
  const versions = [
    useVersion(world.incident as never),
    useVersion(world.unit as never),
    useVersion(world.alarm as never),
  ].join(" ");
  const box = useRef<HTMLDivElement>(null);
  // The head takes the room of one row, the last line that of another.
  const fits = useFit(box, ROW_EM) - 1;
  // biome-ignore lint/correctness/useExhaustiveDependencies: the versions stand for the stores' contents.
  const rows = useMemo(
    () => subOffices(offices, office, world.incident.values(), world.unit.values(), world.alarm.values()),
    [offices, office, world, versions],
  );
  const shown = rows.length > fits ? rows.slice(0, Math.max(1, fits - 1)) : rows;
  return (
    <div ref={box} className="wall-list">
      <table>
        <thead>
          <tr>
            <th scope="col">{tb("board.col.office")}</th>
            <th scope="col">{tb("board.col.open")}</th>
            <th scope="col">{tb("board.col.p1")}</th>
            <th scope="col">{tb("board.col.waiting")}</th>
            <th scope="col">{tb("board.col.free")}</th>
            <th scope="col">{t("wall.response")}</th>
            <th scope="col">{tb("board.col.alarms")}</th>
          </tr>
        </thead>
        <tbody>
          {shown.map((row) => {
            const found = offices.find(row.id);
            const stream = link.streams.find((each) => (each.stream as string) === row.id);
            const old = stream && stream.freshAt !== null && now - stream.freshAt > STALE_MS ? now - stream.freshAt : 0;
            const known = (of: string) => (stream?.freshAt === null ? "—" : of);
            const response = trends?.below.find((each) => each.office === row.id)?.trend.hour.response.median_s ?? null;
            return (
              <tr key={row.id ?? ""} data-old={old > 0 || undefined}>
                <th scope="row">
                  {found ? named(found.name) : tb("board.outside")}
                  {old > 0 && <small> {t("wall.age", { span: spanText(t, old / 1000) })}</small>}
                </th>
                <td>{known(num(row.open))}</td>
                <td>{known(num(row.p1))}</td>
                <td>{known(num(row.waiting))}</td>
                <td>{known(tb("board.freeOf", { free: num(row.free), duty: num(row.onDuty) }))}</td>
                <td>{response === null ? "—" : timer(response * 1000)}</td>
                <td data-loud={row.alarms > 0 || undefined}>{known(num(row.alarms))}</td>
              </tr>
            );
          })}
        </tbody>
      </table>
      {shown.length < rows.length && (
        <p className="wall-more">{t("wall.moreOffices", { n: rows.length - shown.length })}</p>
      )}
    </div>
  );
}

/** The last hour with its lines. */
const HOUR_ROW_EM = 1.75;

export function HourPage({ trends, failed }: { readonly trends: Trends | null; readonly failed: boolean }) {
  const t = useT(trendWords);
  const box = useRef<HTMLDivElement>(null);
  // The heading of the table takes a line too.
  const lines = useFit(box, HOUR_ROW_EM) - 1;
  return (
    <div ref={box} className="wall-list wall-hour">
      {trends ? (
        <LastHour trend={trends.office.trend} most={Math.max(1, lines)} />
      ) : (
        <p className="wall-none">{t(failed ? "trends.notCounted" : "trends.counting")}</p>
      )}
    </div>
  );
}

/** The alarms that nobody has taken, in one line: the wall shows them, desks answer. */
export function AlarmLine() {
  const { world } = useApp();
  const t = useT(boardWords);
  const { id } = useFormats();
  useVersion(world.alarm as never);
  const open = [...world.alarm.values()].filter((each) => each.cleared_at === null && each.acknowledged_at === null);
  const [first] = open.sort(compareAlarms);
  if (!first) return null;
  const incident = world.incident.get(first.incident);
  return (
    <p className="wall-alarm">
      <b>{t(`alarm.${first.cause}`)}</b>
      {first.call_sign && <Ltr>{first.call_sign}</Ltr>}
      {incident && <span>{t("incident.numbered", { n: id(incident.number) })}</span>}
      <span>{t("board.alarmTier", { tier: t(`tier.${first.tier}`) })}</span>
      <Timer from={msOf(first.raised_at)} />
    </p>
  );
}
