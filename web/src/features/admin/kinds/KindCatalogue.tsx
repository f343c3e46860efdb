import { Plus } from "lucide-react";
import { useState } from "react";
import { matches } from "../../../core/text";
import type { Priority } from "../../../core/views";
import { useFormats, useNamed, useT } from "../../../i18n/hooks";
import { Button, Empty, Field, Grid, PriorityGlyph } from "../../../ui";
import { Locked } from "../Locked";
import type { FieldOf } from "../settings";
import { KindForm } from "./KindForm";
import type { KindRow } from "./kinds";
import { newKind } from "./kinds";
import { messages } from "./messages";

interface Props {
  readonly rows: readonly KindRow[];
  /** What holds now: a kind that is there is retired, one that is not can still be removed. */
  readonly inForce: readonly KindRow[];
  readonly caps: FieldOf["choices"];
  readonly readOnly: boolean;
  readonly onChange: (rows: readonly KindRow[]) => void;
}

/** A code nobody has, until the English name is typed. */
const freshCode = (taken: ReadonlySet<string>): string => {
  for (let n = 1; ; n++) if (!taken.has(`kind_${n}`)) return `kind_${n}`;
};

/** The kinds of incidents: find one, change it, add one, retire one. */
export function KindCatalogue({ rows, inForce, caps, readOnly, onChange }: Props) {
  const t = useT(messages);
  const named = useNamed();
  const { compare } = useFormats();
  const [query, setQuery] = useState("");
  const [at, setAt] = useState<string | null>(null);
  const known = new Set(inForce.map((row) => row.code));
  const nameOf = (row: KindRow) => named({ fa: row.name_fa, en: row.name_en }).trim() || t("kinds.unnamed");
  const shown = rows
    .filter((row) => matches(`${row.name_fa} ${row.name_en} ${row.code} ${row.common} ${row.also.join(" ")}`, query))
    .sort((a, b) => Number(a.retired) - Number(b.retired) || compare(nameOf(a), nameOf(b)));
  const row = rows.find((each) => each.code === at);
  const add = () => {
    const code = freshCode(new Set(rows.map((each) => each.code)));
    onChange([...rows, newKind(code)]);
    setAt(code);
    setQuery("");
  };
  const put = (one: KindRow | null) => {
    onChange(rows.flatMap((each) => (each.code !== at ? [each] : one ? [one] : [])));
    setAt(one ? one.code : null);
  };
  return (
    <div className="book-two">
      <div className="book-list">
        <Field label={t("kinds.find")} type="search" value={query} onChange={(event) => setQuery(event.target.value)} />
        <Locked on={readOnly}>
          <Button icon={<Plus size={16} aria-hidden="true" />} onClick={add}>
            {t("kinds.add")}
          </Button>
        </Locked>
        <Grid
          label={t("kinds.list")}
          ids={shown.map((each) => each.code)}
          rowHeight={36}
          selected={at}
          onSelect={setAt}
          empty={<Empty>{t("kinds.none")}</Empty>}
          renderRow={(code) => {
            const one = rows.find((each) => each.code === code);
            return one ? (
              <div role="gridcell" className="kind-row">
                <PriorityGlyph priority={one.priority as Priority} size={18} />
                <span className="truncate">{nameOf(one)}</span>
                {one.retired ? (
                  <span className="admin-mark">{t("kinds.mark.retired")}</span>
                ) : known.has(code) ? (
                  <bdi dir="ltr" className="muted truncate">
                    {one.common}
                  </bdi>
                ) : (
                  <span className="admin-mark">{t("kinds.mark.new")}</span>
                )}
              </div>
            ) : null;
          }}
        />
      </div>
      {row ? (
        <Locked on={readOnly}>
          <KindForm
            key={rows.indexOf(row)}
            row={row}
            caps={caps}
            fresh={!known.has(row.code)}
            taken={new Set(rows.filter((each) => each !== row).map((each) => each.code))}
            onChange={put}
          />
        </Locked>
      ) : (
        <p className="muted book-edit">{t("kinds.choose")}</p>
      )}
    </div>
  );
}
