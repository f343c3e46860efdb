import { Plus, X } from "lucide-react";
import { useState } from "react";
import type { LonLat } from "../../../core/units";
import { useFormats, useT } from "../../../i18n/hooks";
import { Button, Choice, Field } from "../../../ui";
import { GroundPanel } from "./GroundPanel";
import { messages } from "./messages";
import { SectorsPanel } from "./SectorsPanel";
import { Sitting } from "./Sitting";
import type { Listed, OfficeRow, Tree, TreeValue } from "./tree";
import { belowOf, dropRow, km2Of, pointsOf, putRow } from "./tree";

interface Props {
  readonly one: Listed;
  /** The tree as it would be. */
  readonly tree: Tree;
  readonly listed: readonly Listed[];
  readonly value: TreeValue;
  readonly ring: readonly LonLat[] | null;
  readonly readOnly: boolean;
  readonly titleOf: (row: OfficeRow) => string;
  readonly onRing: (ring: readonly LonLat[] | null) => void;
  readonly onValue: (value: TreeValue) => void;
  readonly onAdd: () => void;
  readonly onGone: () => void;
}

/** One office: its names, whom it is under, its ground, and closing it. */
export function OfficePanel(props: Props) {
  const { one, tree, listed, value, ring, readOnly, titleOf, onRing, onValue, onAdd, onGone } = props;
  const { row, hanging, mark } = one;
  const t = useT(messages);
  const { num } = useFormats();
  // For which sector a boundary is drawn; empty for the station's own ground.
  const [whose, setWhose] = useState("");
  const node = tree.offices.find((each) => each.id === row.id);
  const set = (more: Partial<OfficeRow>) => onValue(putRow(value, { ...row, ...more }));
  const below = belowOf(row.tier);
  const parents = listed.filter(
    (each) => !each.row.closed && belowOf(each.row.tier) === row.tier && row.tier !== "province",
  );
  return (
    <section className="tree-office" aria-label={titleOf(row)}>
      <h3>
        {titleOf(row)} <span className="muted">{t(`tier.${row.tier}`)}</span>
      </h3>
      <p className="muted">
        {t("tree.hangs", { ...hanging })}
        {node?.area && ` · ${t("tree.area", { km2: num(Math.round(km2Of(node.area))) })}`}
      </p>
      {row.tier === "national" ? (
        <p>{t("tree.fixed")}</p>
      ) : row.closed ? (
        <Closing {...props} />
      ) : (
        <>
          <fieldset disabled={readOnly} className="tree-fields">
            <div className="book-line">
              <Field
                label={t("tree.nameFa")}
                dir="rtl"
                maxLength={80}
                value={row.name_fa}
                onChange={(event) => set({ name_fa: event.target.value })}
              />
              <Field
                label={t("tree.nameEn")}
                dir="ltr"
                maxLength={80}
                value={row.name_en}
                onChange={(event) => set({ name_en: event.target.value })}
              />
            </div>
            <div className="book-line">
              <Field
                label={t("tree.code")}
                hint={t("tree.codeHint")}
                dir="ltr"
                maxLength={16}
                value={row.code}
                onChange={(event) => set({ code: event.target.value.toUpperCase() })}
              />
              <Seat row={row} onSeat={(seat) => set({ seat })} />
            </div>
            {parents.length > 0 && (
              <Choice
                label={t("tree.parent")}
                value={row.parent}
                disabled={readOnly}
                options={parents.map((each) => [each.row.id, titleOf(each.row)] as const)}
                onChange={(parent) => set({ parent })}
              />
            )}
          </fieldset>
          {row.tier === "station" && (
            <SectorsPanel
              station={row.id}
              node={node}
              value={value}
              readOnly={readOnly}
              drawing={whose}
              ring={whose === "" ? null : ring}
              onDraw={(next, corners) => {
                setWhose(next);
                onRing(corners);
              }}
              onValue={onValue}
            />
          )}
          {!readOnly && (
            <>
              {row.tier === "station" && (
                <GroundPanel
                  {...props}
                  ring={whose === "" ? ring : null}
                  onRing={(corners) => {
                    setWhose("");
                    onRing(corners);
                  }}
                />
              )}
              <div className="admin-acts">
                {below && below !== "province" && (
                  <Button icon={<Plus size={16} aria-hidden="true" />} onClick={onAdd}>
                    {t(below === "county" ? "tree.add.county" : "tree.add.station")}
                  </Button>
                )}
                {mark === "new" ? (
                  <Button
                    icon={<X size={16} aria-hidden="true" />}
                    onClick={() => {
                      onValue(dropRow(value, row.id));
                      onGone();
                    }}
                  >
                    {t("tree.remove")}
                  </Button>
                ) : (
                  value.offices.some((each) => each.id === row.id) &&
                  !row.added && <Button onClick={() => onValue(dropRow(value, row.id))}>{t("tree.drop")}</Button>
                )}
              </div>
              {mark !== "new" && row.tier !== "province" && <Close {...props} />}
            </>
          )}
        </>
      )}
    </section>
  );
}

/** Latitude and longitude as one line; while it is typed it need not be a place. */
function Seat({ row, onSeat }: { readonly row: OfficeRow; readonly onSeat: (seat: LonLat) => void }) {
  const t = useT(messages);
  const [text, setText] = useState(() => `${row.seat[1]}, ${row.seat[0]}`);
  const wrong = pointsOf(text)?.length !== 1;
  return (
    <Field
      label={t("tree.seat")}
      hint={t("tree.seatHint")}
      dir="ltr"
      value={text}
      error={wrong ? t("tree.seatWrong") : undefined}
      onChange={(event) => {
        setText(event.target.value);
        const [seat, more] = pointsOf(event.target.value) ?? [];
        if (seat && !more) onSeat(seat);
      }}
    />
  );
}

/** Who would get what an office has, and the step that closes it. */
function Close({ one, listed, value, titleOf, onValue }: Props) {
  const t = useT(messages);
  const [heir, setHeir] = useState("");
  const { row } = one;
  const busy = listed.some((each) => each.row.parent === row.id && !each.row.closed);
  const heirs = listed.filter((each) => each.row.tier === "station" && each.row.id !== row.id && !each.row.closed);
  const reason = row.tier === "county" ? (busy ? t("tree.whyBelow") : null) : heir === "" ? t("tree.whyHeir") : null;
  return (
    <div className="tree-close">
      {row.tier === "station" && (
        <Choice
          label={t("tree.closeTo")}
          value={heir}
          options={[["", t("tree.noSector")], ...heirs.map((each) => [each.row.id, titleOf(each.row)] as const)]}
          onChange={setHeir}
        />
      )}
      <Button
        disabledReason={reason}
        reasonBelow
        onClick={() => onValue(putRow(value, { ...row, closed: true, ground_to: heir }))}
      >
        {t("tree.close")}
      </Button>
    </div>
  );
}

/** What closing would move, and whom it would leave. */
function Closing({ one, listed, value, readOnly, titleOf, onValue }: Props) {
  const t = useT(messages);
  const { row, hanging } = one;
  const heir = listed.find((each) => each.row.id === (row.ground_to || row.parent));
  return (
    <div className="tree-close" role="status">
      <p>
        {t("tree.closing", {
          units: hanging.units,
          incidents: hanging.incidents,
          heir: heir ? titleOf(heir.row) : row.ground_to,
        })}
      </p>
      <Sitting office={row.id} people={hanging.people} />
      {hanging.call_backs > 0 && <p className="field-error">{t("tree.closingCalls", { n: hanging.call_backs })}</p>}
      {!readOnly && (
        <Button onClick={() => onValue(putRow(value, { ...row, closed: false, ground_to: "" }))}>
          {t("tree.reopen")}
        </Button>
      )}
    </div>
  );
}
