import { Plus, X } from "lucide-react";
import { useState } from "react";
import { latinDigits } from "../../../core/text";
import { useFormats, useNamed, useT } from "../../../i18n/hooks";
import { Button, Choice, Field, TextArea } from "../../../ui";
import { messages as books } from "../books/messages";
import { SKILLS, UNITS_MAX } from "../books/Plans";
import type { FieldOf } from "../settings";
import type { KindRow, Need } from "./kinds";
import { ALWAYS, codeFor, codesOf, faultsOf, wordsOf } from "./kinds";
import { messages } from "./messages";

const NEEDS_MAX = 4;

interface Props {
  readonly row: KindRow;
  readonly caps: FieldOf["choices"];
  /** Never published: its code may still change, and it can be removed. */
  readonly fresh: boolean;
  readonly taken: ReadonlySet<string>;
  readonly onChange: (row: KindRow | null) => void;
}

/** One kind of incident. */
export function KindForm({ row, caps, fresh, taken, onChange }: Props) {
  const t = useT(messages);
  const named = useNamed();
  const set = (more: Partial<KindRow>) => onChange({ ...row, ...more });
  const faults = new Set(faultsOf(row));
  const nameless = faults.has("name") && (row.name_fa !== "" || row.name_en !== "");
  return (
    <div className="book-edit">
      <div className="book-line">
        <Field
          label={t("kinds.nameFa")}
          dir="rtl"
          maxLength={60}
          value={row.name_fa}
          error={nameless && row.name_fa.trim() === "" ? t("kinds.nameMissing") : undefined}
          onChange={(event) => set({ name_fa: event.target.value })}
        />
        <Field
          label={t("kinds.nameEn")}
          dir="ltr"
          maxLength={60}
          value={row.name_en}
          error={nameless && row.name_en.trim() === "" ? t("kinds.nameMissing") : undefined}
          onChange={(event) =>
            set({
              name_en: event.target.value,
              ...(fresh ? { code: codeFor(event.target.value, taken) } : {}),
            })
          }
        />
      </div>
      <p className="field-hint">
        {t("kinds.code")}: <bdi dir="ltr">{row.code}</bdi>. {fresh && t("kinds.codeHint")}
      </p>
      <div className="book-line">
        <Choice
          label={t("kinds.priority")}
          value={String(row.priority)}
          options={[1, 2, 3, 4, 5].map((n) => [String(n), t("priority.word", { n })] as const)}
          onChange={(one) => set({ priority: Number(one) })}
        />
        <Choice
          label={t("kinds.cap")}
          value={row.cap}
          options={caps.map((each) => [each.value, named(each.label)] as const)}
          onChange={(cap) => set({ cap })}
        />
      </div>
      <div className="book-line">
        <NumberField
          label={t("kinds.radius")}
          hint={t("kinds.radiusHint")}
          value={row.radius_m}
          wrong={faults.has("radius")}
          onChange={(radius_m) => set({ radius_m })}
        />
        <NumberField
          label={t("kinds.minutes")}
          hint={t("kinds.minutesHint")}
          value={row.minutes}
          wrong={faults.has("minutes")}
          onChange={(minutes) => set({ minutes })}
        />
      </div>
      <Needs needs={row.needs} onChange={(needs) => set({ needs })} />
      <TypedField
        label={t("kinds.words")}
        hint={t("kinds.wordsHint")}
        lines
        value={row.words}
        write={(words) => words.join("\n")}
        read={wordsOf}
        onChange={(words) => set({ words })}
      />
      <div className="book-line">
        <Field
          label={t("kinds.common")}
          hint={t("kinds.commonHint")}
          dir="ltr"
          maxLength={40}
          value={row.common}
          onChange={(event) => set({ common: codesOf(event.target.value).join("") })}
        />
        <TypedField
          label={t("kinds.also")}
          hint={t("kinds.alsoHint")}
          value={row.also}
          write={(also) => also.join(" ")}
          read={codesOf}
          onChange={(also) => set({ also })}
        />
      </div>
      {fresh ? (
        <Button icon={<X size={16} aria-hidden="true" />} onClick={() => onChange(null)}>
          {t("kinds.remove")}
        </Button>
      ) : (
        <>
          <Button
            disabledReason={ALWAYS.has(row.code) ? t("kinds.keptAlways") : null}
            reasonBelow
            onClick={() => set({ retired: !row.retired })}
          >
            {t(row.retired ? "kinds.back" : "kinds.retire")}
          </Button>
          <p className="field-hint">{t("kinds.retireHint")}</p>
        </>
      )}
    </div>
  );
}

function NumberField({
  label,
  hint,
  value,
  wrong,
  onChange,
}: {
  readonly label: string;
  readonly hint: string;
  readonly value: number;
  readonly wrong: boolean;
  readonly onChange: (value: number) => void;
}) {
  const { digits } = useFormats();
  const [typed, setTyped] = useState<string | null>(null);
  return (
    <Field
      label={label}
      hint={wrong ? undefined : hint}
      error={wrong ? hint : undefined}
      dir="ltr"
      inputMode="decimal"
      value={typed ?? digits(String(value))}
      onChange={(event) => {
        setTyped(event.target.value);
        const plain = latinDigits(event.target.value).replace("٫", ".");
        onChange(/^\d+(\.\d+)?$/.test(plain) ? Number(plain) : Number.NaN);
      }}
      onBlur={() => Number.isNaN(value) || setTyped(null)}
    />
  );
}

/** A list typed as text: it stays as typed until the hand leaves it. */
function TypedField({
  label,
  hint,
  value,
  lines,
  write,
  read,
  onChange,
}: {
  readonly label: string;
  readonly hint: string;
  readonly value: readonly string[];
  readonly lines?: boolean;
  readonly write: (value: readonly string[]) => string;
  readonly read: (text: string) => readonly string[];
  readonly onChange: (value: readonly string[]) => void;
}) {
  const [typed, setTyped] = useState<string | null>(null);
  const common = { label, hint, value: typed ?? write(value), onBlur: () => setTyped(null) };
  const heard = (text: string) => {
    setTyped(text);
    onChange(
      read(text)
        .map((one) => one.trim())
        .filter((one) => one !== ""),
    );
  };
  return lines ? (
    <TextArea {...common} rows={3} onChange={(event) => heard(event.target.value)} />
  ) : (
    <Field {...common} dir="ltr" onChange={(event) => heard(event.target.value)} />
  );
}

function Needs({
  needs,
  onChange,
}: {
  readonly needs: readonly Need[];
  readonly onChange: (needs: readonly Need[]) => void;
}) {
  const t = useT(messages);
  const skill = useT(books);
  const { id } = useFormats();
  const taken = new Set(needs.map((need) => need.skill));
  const free = SKILLS.find((each) => !taken.has(each));
  const put = (n: number, need: Need | null) =>
    onChange(needs.flatMap((each, m) => (m !== n ? [each] : need ? [need] : [])));
  return (
    <fieldset className="unit-skills kind-needs">
      <legend className="field-label">{t("kinds.needs")}</legend>
      <span className="field-hint">{t("kinds.needsHint")}</span>
      {needs.map((need, n) => (
        <div key={need.skill} className="book-line">
          <Choice
            label={t("kinds.skill")}
            value={need.skill}
            options={SKILLS.filter((each) => each === need.skill || !taken.has(each)).map((each) => [
              each,
              skill(`skill.${each}`),
            ])}
            onChange={(one) => put(n, { ...need, skill: one })}
          />
          <Choice
            label={t("kinds.units")}
            value={String(need.units)}
            options={Array.from({ length: UNITS_MAX }, (_, m) => [String(m + 1), id(m + 1)] as const)}
            onChange={(units) => put(n, { ...need, units: Number(units) })}
          />
          {needs.length > 1 && (
            <Button
              look="quiet"
              aria-label={t("kinds.removeNeed")}
              icon={<X size={16} aria-hidden="true" />}
              onClick={() => put(n, null)}
            />
          )}
        </div>
      ))}
      {free && needs.length < NEEDS_MAX && (
        <Button
          icon={<Plus size={16} aria-hidden="true" />}
          onClick={() => onChange([...needs, { skill: free, units: 1 }])}
        >
          {t("kinds.addNeed")}
        </Button>
      )}
    </fieldset>
  );
}
