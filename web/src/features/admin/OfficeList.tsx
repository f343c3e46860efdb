import { useMemo, useState } from "react";
import { useReference } from "../../app/hooks";
import { matches } from "../../core/text";
import type { OfficeId } from "../../core/units";
import type { Office } from "../../core/views";
import { useFormats, useNamed, useT } from "../../i18n/hooks";
import { Empty, Field, Grid } from "../../ui";
import { messages } from "./messages";

interface Props {
  readonly root: OfficeId;
  readonly selected: string;
  readonly onSelect: (id: string) => void;
  /** A short word beside an office, such as "draft". */
  readonly markOf: (id: string) => string | null;
}

/** The offices below one, as an indented list with a box to find one in. */
export function OfficeList({ root, selected, onSelect, markOf }: Props) {
  const t = useT(messages);
  const named = useNamed();
  const { offices } = useReference();
  const { compare } = useFormats();
  const [query, setQuery] = useState("");
  const rows = useMemo(() => {
    const found: { readonly office: Office; readonly depth: number }[] = [];
    const walk = (office: Office, depth: number) => {
      found.push({ office, depth });
      for (const below of [...offices.childrenOf(office.id)].sort((a, b) => compare(named(a.name), named(b.name))))
        walk(below, depth + 1);
    };
    const top = offices.find(root);
    if (top) walk(top, 0);
    return found;
  }, [offices, root, named, compare]);
  const shown =
    query.trim() === "" ? rows : rows.filter(({ office }) => matches(`${named(office.name)} ${office.code}`, query));
  const byId = useMemo(() => new Map(rows.map((row) => [row.office.id as string, row])), [rows]);
  return (
    <div className="admin-offices">
      <Field
        label={t("admin.findOffice")}
        value={query}
        type="search"
        onChange={(event) => setQuery(event.target.value)}
      />
      <Grid
        label={t("admin.offices")}
        ids={shown.map(({ office }) => office.id)}
        rowHeight={36}
        selected={selected}
        onSelect={onSelect}
        empty={<Empty>{t("admin.noOffice")}</Empty>}
        renderRow={(id) => {
          const row = byId.get(id);
          if (!row) return null;
          const mark = markOf(id);
          return (
            <div role="gridcell" className="admin-office" data-depth={query.trim() === "" ? row.depth : 0}>
              <span className="truncate">{named(row.office.name)}</span>
              <span className="muted">{t(`tier.${row.office.tier}`)}</span>
              {mark && <span className="admin-mark">{mark}</span>}
            </div>
          );
        }}
      />
    </div>
  );
}
