import { Plus } from "lucide-react";
import type { LonLat } from "../../../core/units";
import { useFormats, useNamed, useT } from "../../../i18n/hooks";
import { Button, Field } from "../../../ui";
import { Drawing } from "./GroundPanel";
import { messages } from "./messages";
import type { ListedSector, SectorRow } from "./sectors";
import { dropSector, newSector, putSector, sectorsOf } from "./sectors";
import type { OfficeNode, TreeValue } from "./tree";
import { groundOf, km2Of, nameOf } from "./tree";

/** In place of a sector's id while the boundary of a new one is drawn. */
const NEW = "new";

interface Props {
  readonly station: string;
  /** The station as it would be. */
  readonly node: OfficeNode | undefined;
  readonly value: TreeValue;
  readonly readOnly: boolean;
  /** Whose boundary is being drawn, and its corners so far. */
  readonly drawing: string;
  readonly ring: readonly LonLat[] | null;
  readonly onDraw: (whose: string, ring: readonly LonLat[] | null) => void;
  readonly onValue: (value: TreeValue) => void;
}

/** The sectors of a station, one by one: named, drawn anew, added, removed. */
export function SectorsPanel({ station, node, value, readOnly, drawing, ring, onDraw, onValue }: Props) {
  const t = useT(messages);
  const { compare } = useFormats();
  const listed = sectorsOf(value, station, node, compare);
  const finish = () => {
    const area = groundOf(station, ring ?? [])?.area;
    const row =
      drawing === NEW
        ? newSector(value, station, listed, area ?? [])
        : listed.find(({ row }) => row.id === drawing)?.row;
    if (!area || !row) return;
    onValue(putSector(value, { ...row, area }));
    onDraw("", null);
  };
  const draw = ring !== null && (
    <Drawing ring={ring} give={t("tree.sectorDrawn")} onRing={(next) => onDraw(drawing, next)} onGive={finish} />
  );
  return (
    <section className="tree-ground" aria-label={t("tree.sectorsTitle")}>
      <h4>{t("tree.sectorsTitle")}</h4>
      {listed.length === 0 && <p className="muted">{t("tree.noSectors")}</p>}
      <ul className="tree-sectors">
        {listed.map((each) => (
          <OneSector
            key={each.row.id}
            each={each}
            readOnly={readOnly}
            onRow={(row) => onValue(putSector(value, row))}
            onDrop={() => onValue(dropSector(value, each.row.id))}
            onDraw={() => onDraw(each.row.id, [])}
          >
            {drawing === each.row.id && draw}
          </OneSector>
        ))}
      </ul>
      {!readOnly &&
        (drawing === NEW && draw ? (
          draw
        ) : (
          <Button icon={<Plus size={16} aria-hidden="true" />} onClick={() => onDraw(NEW, [])}>
            {t("tree.sectorAdd")}
          </Button>
        ))}
    </section>
  );
}

interface OneProps {
  readonly each: ListedSector;
  readonly readOnly: boolean;
  readonly onRow: (row: SectorRow) => void;
  readonly onDrop: () => void;
  readonly onDraw: () => void;
  readonly children: React.ReactNode;
}

function OneSector({ each, readOnly, onRow, onDrop, onDraw, children }: OneProps) {
  const t = useT(messages);
  const named = useNamed();
  const { num } = useFormats();
  const { row, drafted, area } = each;
  const name = named(nameOf(row)).trim() || t("tree.unnamed");
  if (row.removed)
    return (
      <li>
        <s>
          {name} <bdi dir="ltr">{row.code}</bdi>
        </s>{" "}
        {!readOnly && <Button onClick={onDrop}>{t("tree.sectorKeep", { name })}</Button>}
      </li>
    );
  return (
    <li>
      <fieldset disabled={readOnly} className="tree-fields" aria-label={t("tree.sectorOf", { name })}>
        <div className="book-line">
          <Field
            label={t("tree.code")}
            dir="ltr"
            maxLength={16}
            value={row.code}
            onChange={(event) => onRow({ ...row, code: event.target.value.toUpperCase() })}
          />
          <Field
            label={t("tree.nameFa")}
            dir="rtl"
            maxLength={80}
            value={row.name_fa}
            onChange={(event) => onRow({ ...row, name_fa: event.target.value })}
          />
          <Field
            label={t("tree.nameEn")}
            dir="ltr"
            maxLength={80}
            value={row.name_en}
            onChange={(event) => onRow({ ...row, name_en: event.target.value })}
          />
        </div>
      </fieldset>
      <div className="admin-acts">
        <span className="muted num">{t("tree.area", { km2: num(km2Of(area), 2) })}</span>
        {drafted && <span className="admin-mark">{t(row.added ? "tree.mark.new" : "tree.mark.changed")}</span>}
        {!readOnly && (
          <>
            <Button onClick={onDraw}>{t("tree.sectorDraw")}</Button>
            {drafted && !row.added && <Button onClick={onDrop}>{t("tree.sectorUndo")}</Button>}
            <Button onClick={() => (row.added ? onDrop() : onRow({ ...row, area: [], removed: true }))}>
              {t("tree.sectorRemove", { name })}
            </Button>
          </>
        )}
      </div>
      {children}
    </li>
  );
}
