import { Plus, X } from "lucide-react";
import { useState } from "react";
import { useReference } from "../../../app/hooks";
import { useFormats, useNamed, useT } from "../../../i18n/hooks";
import { Button, Check, Choice, Field } from "../../../ui";
import { messages } from "./messages";
import "./services.css";

interface Asked {
  readonly code: string;
  readonly fa: string;
  readonly en: string;
  readonly datatype: string;
  readonly required: boolean;
}
export interface ServiceRow {
  readonly code: string;
  readonly name_fa: string;
  readonly name_en: string;
  readonly about_fa: string;
  readonly about_en: string;
  readonly listed: boolean;
  readonly asked: readonly Asked[];
}

const TYPES = ["string", "text", "number", "datetime"] as const;
/** Whoever would report these is told to call. */
const URGENT = 2;

interface Props {
  readonly rows: readonly ServiceRow[];
  readonly onChange: (rows: readonly ServiceRow[]) => void;
}

/** What may be reported without an emergency: kinds with the names and questions that the public reads. */
export function Services({ rows, onChange }: Props) {
  const t = useT(messages);
  const named = useNamed();
  const { compare } = useFormats();
  const { kinds } = useReference();
  const [next, setNext] = useState("");
  const taken = new Set(rows.map((each) => each.code));
  const free = [...kinds.values()]
    .filter((each) => !taken.has(each.code) && (each.priority ?? 0) > URGENT)
    .sort((a, b) => compare(named(a.name), named(b.name)));
  const kind = kinds.get(next);
  const add = () => {
    if (!kind) return;
    const { fa, en } = kind.name;
    const row = { code: next, name_fa: fa, name_en: en, about_fa: fa, about_en: en, listed: false, asked: [] };
    onChange([...rows, row]);
    setNext("");
  };
  return (
    <div className="admin-kinds">
      {rows.map((row, n) => (
        <OneService
          key={row.code}
          row={row}
          title={named(kinds.get(row.code)?.name ?? { fa: row.name_fa, en: row.name_en })}
          onRow={(to) => onChange(to ? rows.map((each, m) => (m === n ? to : each)) : rows.filter((_, m) => m !== n))}
        />
      ))}
      <div className="book-line">
        <Choice
          label={t("services.kind")}
          value={next}
          options={[["", t("services.choose")], ...free.map((each) => [each.code, named(each.name)] as const)]}
          onChange={setNext}
        />
        <Button
          icon={<Plus size={16} aria-hidden="true" />}
          disabledReason={kind ? null : t("services.why")}
          onClick={add}
        >
          {t("services.add")}
        </Button>
      </div>
    </div>
  );
}

function OneService({
  row,
  title,
  onRow,
}: {
  readonly row: ServiceRow;
  readonly title: string;
  readonly onRow: (row: ServiceRow | null) => void;
}) {
  const t = useT(messages);
  const set = (more: Partial<ServiceRow>) => onRow({ ...row, ...more });
  const ask = (n: number, to: Asked | null) =>
    set({ asked: to ? row.asked.map((each, m) => (m === n ? to : each)) : row.asked.filter((_, m) => m !== n) });
  const text = (part: "name_fa" | "name_en" | "about_fa" | "about_en", key: Parameters<typeof t>[0], most: number) => (
    <Field
      label={t(key)}
      dir={part.endsWith("fa") ? "rtl" : "ltr"}
      maxLength={most}
      value={row[part]}
      onChange={(event) => set({ [part]: event.target.value })}
    />
  );
  return (
    <section className="book-question" aria-label={title}>
      <h3>
        {title} <bdi dir="ltr">{row.code}</bdi>
      </h3>
      <div className="book-line services-words">
        {text("name_fa", "services.nameFa", 60)}
        {text("name_en", "services.nameEn", 60)}
      </div>
      <div className="book-line services-words">
        {text("about_fa", "services.aboutFa", 200)}
        {text("about_en", "services.aboutEn", 200)}
      </div>
      {row.asked.length > 0 && <b>{t("services.asked")}</b>}
      {row.asked.map((each, n) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: a question has no other name than its place while its code is typed.
        <Question key={n} asked={each} onAsked={(to) => ask(n, to)} />
      ))}
      <div className="admin-acts">
        <Check checked={row.listed} onChange={(listed) => set({ listed })}>
          {t("services.listed")}
        </Check>
        <Button
          icon={<Plus size={16} aria-hidden="true" />}
          onClick={() =>
            set({ asked: [...row.asked, { code: "", fa: "", en: "", datatype: "string", required: false }] })
          }
        >
          {t("services.ask")}
        </Button>
        <Button icon={<X size={16} aria-hidden="true" />} onClick={() => onRow(null)}>
          {t("services.remove", { name: title })}
        </Button>
      </div>
    </section>
  );
}

function Question({ asked, onAsked }: { readonly asked: Asked; readonly onAsked: (asked: Asked | null) => void }) {
  const t = useT(messages);
  const { lang } = t;
  const set = (more: Partial<Asked>) => onAsked({ ...asked, ...more });
  return (
    <div className="book-line">
      <Field
        label={t("services.code")}
        dir="ltr"
        maxLength={40}
        value={asked.code}
        onChange={(event) => set({ code: event.target.value })}
      />
      <Field
        label={t("services.nameFa")}
        dir="rtl"
        maxLength={60}
        value={asked.fa}
        onChange={(event) => set({ fa: event.target.value })}
      />
      <Field
        label={t("services.nameEn")}
        dir="ltr"
        maxLength={60}
        value={asked.en}
        onChange={(event) => set({ en: event.target.value })}
      />
      <Choice
        label={t("services.type")}
        value={asked.datatype}
        options={TYPES.map((type) => [type, t(`services.type.${type}`)] as const)}
        onChange={(datatype) => set({ datatype })}
      />
      <Check checked={asked.required} onChange={(required) => set({ required })}>
        {t("services.required")}
      </Check>
      <Button
        look="quiet"
        aria-label={t("services.unask", { name: lang === "fa" ? asked.fa : asked.en })}
        icon={<X size={16} aria-hidden="true" />}
        onClick={() => onAsked(null)}
      />
    </div>
  );
}
