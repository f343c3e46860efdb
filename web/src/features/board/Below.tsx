import { useMemo } from "react";
import { sameList, useApp, useDerived, useItem, useLink, useReference, useVersion } from "../../app/hooks";
import { activeAssignments, compareUnits, unitLook } from "../../core/selectors";
import type { OfficeId } from "../../core/units";
import { msOf, provinceOf } from "../../core/units";
import type { Tier, Unit } from "../../core/views";
import { useFormats, useNamed, useT } from "../../i18n/hooks";
import type { World } from "../../live/world";
import { Empty, Grid, Ltr, Timer, UnitGlyph } from "../../ui";
import type { Drill } from "./drill";
import type { Ground } from "./ground/logic";
import { useGrounds, useGroundText } from "./ground/useGround";
import { isHeard, type SubOffice, subOffices } from "./logic";
import { messages } from "./messages";
import { useCover } from "./useCover";

const CHILD: Readonly<Record<Tier, "province" | "county" | "station" | null>> = {
  national: "province",
  province: "county",
  county: "station",
  station: null,
};

interface Props {
  readonly office: OfficeId;
  readonly tier: Tier;
  readonly drill: Drill;
}

/** The offices below this one, or below the one that alone is looked at, with their counts; a station has units instead. */
export function Below({ office, tier, drill }: Props) {
  const at = drill.only ?? { id: office, tier };
  const child = CHILD[at.tier];
  return child ? <Offices office={at.id} title={child} drill={drill} /> : <Units office={at.id} />;
}

function Offices({
  office,
  title,
  drill,
}: {
  readonly office: OfficeId;
  readonly title: "province" | "county" | "station";
  readonly drill: Drill;
}) {
  const { world } = useApp();
  const { offices } = useReference();
  const t = useT(messages);
  const { id, time } = useFormats();
  const versions = [
    useVersion(world.incident as never),
    useVersion(world.unit as never),
    useVersion(world.alarm as never),
  ].join(" ");
  // biome-ignore lint/correctness/useExhaustiveDependencies: the versions stand for the stores' contents.
  const rows = useMemo(
    () =>
      subOffices(
        offices,
        office,
        [...world.incident.values()].filter(drill.holds),
        world.unit.values(),
        world.alarm.values(),
      ),
    [offices, office, world, versions, drill],
  );
  // Counted for the board's own counties.
  const cover = useCover(title === "county" && drill.only === null);
  const byId = useMemo(() => new Map(rows.map((row) => [row.id ?? "", row])), [rows]);
  // The same offices in another order are the same question.
  const asked = rows
    .flatMap((row) => row.id ?? [])
    .sort()
    .join(" ");
  const grounds = useGrounds(useMemo(() => asked.split(" ").filter(Boolean) as OfficeId[], [asked]));
  return (
    <section className="panel board-below" aria-label={t(`board.sub.${title}`)}>
      <h2>{t(`board.sub.${title}`)}</h2>
      <div className="below-head" aria-hidden="true">
        <span className="below-name">{t("board.col.office")}</span>
        <span>{t("board.col.open")}</span>
        <span>{t("board.col.p1")}</span>
        <span>{t("board.col.waiting")}</span>
        <span className="below-free">{t("board.col.free")}</span>
        <span>{t("board.col.alarms")}</span>
        {cover && (
          <span data-tip={t("board.cover.why", { minutes: id(cover.minutes) })}>
            {t("board.col.cover", { time: time(cover.at) })}
          </span>
        )}
      </div>
      <Grid
        label={t(`board.sub.${title}`)}
        ids={rows.map((row) => row.id ?? "")}
        rowHeight={32}
        freeze
        onOpen={(id) => id !== "" && drill.into(id as OfficeId)}
        empty={<Empty>{t("board.noSub")}</Empty>}
        renderRow={(id) => {
          const row = byId.get(id);
          return row ? (
            <OfficeRow
              row={row}
              ground={row.id === null ? undefined : grounds.get(row.id)}
              cover={cover ? (cover.people.get(row.id ?? "") ?? null) : undefined}
              onInto={drill.into}
            />
          ) : null;
        }}
      />
    </section>
  );
}

/** Share of people with a free unit in time; undefined: not counted for these offices, null: nothing to share. */
function OfficeRow({
  row,
  ground,
  cover,
  onInto,
}: {
  readonly row: SubOffice;
  readonly onInto: (id: OfficeId) => void;
  readonly ground?: Ground | undefined;
  readonly cover?: number | null | undefined;
}) {
  const { offices } = useReference();
  // What is old is grey, with its age; the rest of the page is as fresh as ever. The map says the same with shades.
  const text = useGroundText();
  const note = ground === undefined ? null : text(ground);
  const old = ground !== undefined && ground.is !== "fresh" && ground.is !== "late";
  const t = useT(messages);
  const named = useNamed();
  const { num, percent } = useFormats();
  const office = offices.find(row.id);
  const heard = useHeard(row.id);
  const cell = (value: number, loud: boolean) => (
    <span role="gridcell" className={value === 0 ? "num muted" : "num"} data-loud={(loud && value > 0) || undefined}>
      {heard ? num(value) : "—"}
    </span>
  );
  return (
    <div className="below-row" role="presentation" data-ground={ground?.is} data-old={old || undefined}>
      <span role="gridcell" className="below-name truncate">
        {office ? (
          // By keyboard the row itself is opened.
          <button type="button" className="link-button" tabIndex={-1} onClick={() => onInto(office.id)}>
            {named(office.name)}
          </button>
        ) : (
          t("board.outside")
        )}
        {note !== null && <small className={old ? "muted" : "board-late"}> {note}</small>}
      </span>
      {cell(row.open, false)}
      {cell(row.p1, false)}
      {cell(row.waiting, false)}
      <span role="gridcell" className={row.onDuty === 0 ? "below-free num muted" : "below-free num"}>
        {heard ? t("board.freeOf", { free: num(row.free), duty: num(row.onDuty) }) : "—"}
      </span>
      {cell(row.alarms, true)}
      {cover !== undefined && (
        <span role="gridcell" className="num muted">
          {cover === null ? "—" : percent(cover)}
        </span>
      )}
    </div>
  );
}

/** Whether what is known of an office, or of where no office is, has come: its province's stream, or any. */
function useHeard(office: OfficeId | null): boolean {
  const { streams } = useLink();
  return isHeard(office === null ? streams : streams.filter((each) => each.stream === provinceOf(office)));
}

function lookOf(world: World, unit: Unit) {
  const incident = world.incident.get(unit.incident);
  const assignment = incident && activeAssignments(incident).find((each) => each.unit === unit.id);
  return unitLook(unit, assignment ?? null);
}

function Units({ office }: { readonly office: OfficeId }) {
  const { world } = useApp();
  const { offices } = useReference();
  const t = useT(messages);
  const version = useVersion(world.incident as never);
  const ids = useDerived(
    world.unit,
    (all) =>
      [...all]
        .filter((unit) => (unit.on_duty || unit.emergency !== null) && offices.isWithin(unit.office, office))
        .sort(compareUnits((unit) => lookOf(world, unit)))
        .map((unit) => unit.id as string),
    [version, offices, office],
    sameList,
  );
  return (
    <section className="panel board-below" aria-label={t("board.units")}>
      <h2>{t("board.units")}</h2>
      <Grid
        label={t("board.units")}
        ids={ids}
        rowHeight={36}
        freeze
        empty={<Empty>{t("board.noUnits")}</Empty>}
        renderRow={(id) => <UnitRow id={id} />}
      />
    </section>
  );
}

function UnitRow({ id }: { readonly id: string }) {
  const { world } = useApp();
  const t = useT(messages);
  const { id: number } = useFormats();
  const unit = useItem(world.unit, id);
  useItem(world.incident, unit?.incident);
  if (!unit) return null;
  const look = lookOf(world, unit);
  return (
    <div className="below-row" role="presentation">
      <span role="gridcell" className="unit-name">
        <UnitGlyph look={look} divertible={unit.primary === "ConditionallyAvailable"} quiet />
        <Ltr className="num">{unit.call_sign}</Ltr>
      </span>
      <span role="gridcell" className="below-name truncate">
        {t(`look.${look}`)}
        {unit.incident_number !== null && ` — ${t("incident.numbered", { n: number(unit.incident_number) })}`}
      </span>
      <span role="gridcell">
        <Timer from={msOf(unit.status_since)} />
      </span>
    </div>
  );
}
