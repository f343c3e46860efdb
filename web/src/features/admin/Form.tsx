import { Plus, X } from "lucide-react";
import { lazy, memo, Suspense, useId, useState } from "react";
import { useReference } from "../../app/hooks";
import { useFormats, useNamed, useT } from "../../i18n/hooks";
import { Button, Check, Choice, Loading } from "../../ui";
import { KindCatalogue } from "./kinds/KindCatalogue";
import type { KindRow } from "./kinds/kinds";
import { Locked } from "./Locked";
import { messages } from "./messages";
import type { Seat } from "./people/people";
import { Seats } from "./people/Seats";
import type { ServiceRow } from "./services/Services";
import type { FieldOf, SettingKind, Value } from "./settings";
import { fits, numberOf, partOf, same } from "./settings";

const Services = lazy(async () => ({ default: (await import("./services/Services")).Services }));

interface Props {
  readonly kind: SettingKind;
  readonly value: Value;
  /** What holds now: what differs from it is marked. */
  readonly inForce: Value;
  /** Stays the same from one drawing to the next, so that only the row that changed is drawn again. */
  readonly onPart: (name: string, part: unknown) => void;
  readonly readOnly: boolean;
}

/** A setting as a form, drawn from the fields that the server describes. */
export function Form({ kind, value, inForce, onPart, readOnly }: Props) {
  const named = useNamed();
  return (
    <div className="admin-form">
      {kind.groups.map((group) => (
        <fieldset key={group.name}>
          <legend>{named(group.label)}</legend>
          {group.fields.map((field) => (
            <Row
              key={field.name}
              field={field}
              part={partOf(value, field.name)}
              before={partOf(inForce, field.name)}
              onPart={onPart}
              readOnly={readOnly}
            />
          ))}
        </fieldset>
      ))}
    </div>
  );
}

const LIMITS: Partial<Record<FieldOf["type"], "admin.limitsS" | "admin.limitsText">> = {
  seconds: "admin.limitsS",
  text: "admin.limitsText",
};

interface RowProps {
  readonly field: FieldOf;
  readonly part: unknown;
  readonly before: unknown;
  readonly onPart: (name: string, part: unknown) => void;
  readonly readOnly: boolean;
}

const Row = memo(
  function Row({ field, part, before, onPart, readOnly }: RowProps) {
    const named = useNamed();
    const t = useT(messages);
    const { digits } = useFormats();
    const id = useId();
    const changed = !same(part, before);
    const limits =
      field.least !== null && field.most !== null
        ? t(LIMITS[field.type] ?? "admin.limits", {
            least: digits(String(field.least)),
            most: digits(String(field.most)),
          })
        : null;
    return (
      <div
        className="admin-row"
        data-changed={changed || undefined}
        data-wide={field.type === "catalogue" || field.type === "services" || undefined}
      >
        <div>
          <span className="field-label" id={id}>
            {named(field.label)}
          </span>
          {changed && <span className="admin-changed">{t("admin.changed")}</span>}
          <span className="field-hint">
            {named(field.help)} {limits}
          </span>
        </div>
        <Locked on={readOnly && field.type !== "catalogue"}>
          <Cells
            field={field}
            part={part}
            before={before}
            labelledBy={id}
            readOnly={readOnly}
            onChange={(one) => onPart(field.name, one)}
          />
        </Locked>
      </div>
    );
  },
  (a, b) =>
    a.field === b.field &&
    same(a.part, b.part) &&
    same(a.before, b.before) &&
    a.onPart === b.onPart &&
    a.readOnly === b.readOnly,
);

function Cells({
  field,
  part,
  before,
  labelledBy,
  readOnly,
  onChange,
}: {
  readonly field: FieldOf;
  readonly part: unknown;
  readonly before: unknown;
  readonly labelledBy: string;
  readonly readOnly: boolean;
  readonly onChange: (part: unknown) => void;
}) {
  const named = useNamed();
  const t = useT(messages);
  if (field.type === "kinds") return <KindRows field={field} part={part as Pair[]} onChange={onChange} />;
  if (field.type === "catalogue")
    return (
      <KindCatalogue
        rows={part as readonly KindRow[]}
        inForce={before as readonly KindRow[]}
        caps={field.choices}
        readOnly={readOnly}
        onChange={onChange}
      />
    );
  if (field.type === "skills")
    return (
      <div className="admin-skills" role="group" aria-labelledby={labelledBy}>
        {field.choices.map((choice) => (
          <Check
            key={choice.value}
            checked={(part as readonly string[]).includes(choice.value)}
            onChange={(on) => onChange(chosen(field, part as readonly string[], choice.value, on))}
          >
            {named(choice.label)}
          </Check>
        ))}
      </div>
    );
  if (field.type === "services")
    return (
      <Suspense fallback={<Loading />}>
        <Services rows={part as readonly ServiceRow[]} onChange={onChange} />
      </Suspense>
    );
  if (field.type === "seats") return <Seats seats={part as Seat[]} onChange={onChange} />;
  if (field.columns.length === 0)
    return <Cell field={field} part={part} name={named(field.label)} onChange={onChange} />;
  const parts = part as readonly unknown[];
  return (
    <div className="admin-cells" role="group" aria-labelledby={labelledBy}>
      {field.columns.map((column, n) => (
        <div key={column.en} className="admin-cell">
          <span className="muted" aria-hidden="true">
            {named(column)}
          </span>
          <Cell
            field={field}
            part={parts[n]}
            name={t("admin.cell", { field: named(field.label), column: named(column) })}
            onChange={(one) => onChange(parts.map((each, m) => (m === n ? one : each)))}
          />
        </div>
      ))}
    </div>
  );
}

/** So few characters are a name or a code: they stand in one line. */
const LINE_MOST = 80;

/** The choices in the order of the field, so that ticking one twice gives the same value. */
const chosen = (field: FieldOf, part: readonly string[], value: string, on: boolean): readonly string[] =>
  field.choices.map((each) => each.value).filter((each) => (each === value ? on : part.includes(each)));

interface CellProps {
  readonly field: FieldOf;
  readonly part: unknown;
  readonly name: string;
  readonly onChange: (part: unknown) => void;
}

function Cell({ field, part, name, onChange }: CellProps) {
  const named = useNamed();
  const t = useT(messages);
  const { digits } = useFormats();
  switch (field.type) {
    case "flag":
      return (
        <Check checked={part === true} onChange={onChange}>
          {t(part === true ? "admin.yes" : "admin.no")}
        </Check>
      );
    case "choice":
      return (
        <Choice
          label={name}
          hideLabel
          value={String(part)}
          options={field.choices.map((choice) => [choice.value, named(choice.label)])}
          onChange={onChange}
        />
      );
    case "text":
    case "numbers":
      if (field.most !== null && field.most <= LINE_MOST)
        return (
          <input
            className="input admin-line"
            dir="auto"
            maxLength={field.most}
            aria-label={name}
            value={String(part ?? "")}
            onChange={(event) => onChange(event.target.value)}
          />
        );
      return (
        <textarea
          className="input"
          dir="auto"
          rows={3}
          aria-label={name}
          value={field.type === "numbers" ? digits(String(part)) : String(part ?? "")}
          onChange={(event) => onChange(event.target.value)}
        />
      );
    default:
      return <NumberCell field={field} part={part as number} name={name} onChange={onChange} />;
  }
}

/** While it is being typed in it stays as typed; what cannot be read is kept as `NaN`, so that nothing is saved around it. */
function NumberCell({ field, part, name, onChange }: CellProps & { readonly part: number }) {
  const { digits } = useFormats();
  const [typed, setTyped] = useState<string | null>(null);
  const wrong = !fits(field, typed === null ? part : numberOf(typed));
  return (
    <input
      className="input admin-number"
      inputMode="decimal"
      dir="ltr"
      aria-label={name}
      aria-invalid={wrong || undefined}
      value={typed ?? digits(String(part))}
      onChange={(event) => {
        setTyped(event.target.value);
        onChange(numberOf(event.target.value) ?? Number.NaN);
      }}
      onBlur={() => Number.isNaN(part) || setTyped(null)}
    />
  );
}

type Pair = readonly [string, string];

function KindRows({
  field,
  part,
  onChange,
}: {
  readonly field: FieldOf;
  readonly part: readonly Pair[];
  readonly onChange: (part: readonly Pair[]) => void;
}) {
  const t = useT(messages);
  const named = useNamed();
  const { kinds } = useReference();
  const { compare } = useFormats();
  const all = [...kinds.values()].sort((a, b) => compare(named(a.name), named(b.name)));
  const taken = new Set(part.map(([code]) => code));
  const next = all.find((kind) => !taken.has(kind.code));
  const set = (n: number, pair: Pair) => onChange(part.map((each, m) => (m === n ? pair : each)));
  return (
    <div className="admin-kinds">
      {part.map(([code, choice], n) => (
        <div key={code} className="admin-kind">
          <Choice
            label={t("admin.kind")}
            hideLabel
            value={code}
            options={all
              .filter((kind) => kind.code === code || !taken.has(kind.code))
              .map((kind) => [kind.code, named(kind.name)])}
            onChange={(to) => set(n, [to, choice])}
          />
          <Choice
            label={named(field.label)}
            hideLabel
            value={choice}
            options={field.choices.map((each) => [each.value, named(each.label)])}
            onChange={(to) => set(n, [code, to])}
          />
          <Button
            look="quiet"
            aria-label={t("admin.removeKind")}
            icon={<X size={16} aria-hidden="true" />}
            onClick={() => onChange(part.filter((_, m) => m !== n))}
          />
        </div>
      ))}
      {next && (
        <Button
          icon={<Plus size={16} aria-hidden="true" />}
          onClick={() => onChange([...part, [next.code, field.choices[0]?.value ?? ""]])}
        >
          {t("admin.addKind")}
        </Button>
      )}
    </div>
  );
}
