import { Plus, X } from "lucide-react";
import { useMemo, useState } from "react";
import { matches } from "../../../core/text";
import { useFormats, useT } from "../../../i18n/hooks";
import { Button, Choice, Empty, Field, Grid } from "../../../ui";
import { Locked } from "../Locked";
import { same } from "../settings";
import type { Entry } from "./books";
import { keyOfEntry, leftOut, replaced } from "./books";
import { messages } from "./messages";
import { PriorityChoice, useKindOptions } from "./parts";

const ANY = "*";
const WEIGHTS = [1, 2, 3, 4, 5, 6, 7, 8, 9];

interface Props {
  readonly entries: readonly Entry[];
  /** What the nation has; null where it has no such book. */
  readonly nations: readonly Entry[] | null;
  readonly readOnly: boolean;
  readonly onChange: (entries: readonly Entry[]) => void;
}

/** The dictionary: find an entry, change it, add one. */
export function Words({ entries, nations, readOnly, onChange }: Props) {
  const t = useT(messages);
  const { id } = useFormats();
  const [query, setQuery] = useState("");
  const [at, setAt] = useState<number | null>(null);
  const kinds = [[ANY, t("books.anyKind")] as const, ...useKindOptions()];
  const nameOf = new Map(kinds);
  const shown = entries
    .map((entry, n) => ({ entry, n }))
    .filter(({ entry }) => matches(`${entry.text} ${entry.gloss ?? ""} ${nameOf.get(entry.kind) ?? ""}`, query));
  const entry = at === null ? undefined : entries[at];
  const silent = leftOut(entries, nations, keyOfEntry);
  // Looked up once a list: a row is drawn with every scroll.
  const theirs = useMemo(() => new Map((nations ?? []).map((each) => [keyOfEntry(each), each])), [nations]);
  const instead = entry && theirs.get(keyOfEntry(entry));
  const set = (more: Partial<Entry>) => entry && at !== null && onChange(replaced(entries, at, { ...entry, ...more }));
  const add = () => {
    onChange([...entries, { text: query.trim(), kind: kinds[1]?.[0] ?? "other", weight: 3 }]);
    setAt(entries.length);
    setQuery("");
  };
  return (
    <div className="book-two">
      <div className="book-list">
        <Field
          label={t("books.findWord")}
          type="search"
          value={query}
          onChange={(event) => setQuery(event.target.value)}
        />
        <Locked on={readOnly}>
          <Button icon={<Plus size={16} aria-hidden="true" />} onClick={add}>
            {t("books.addWord")}
          </Button>
        </Locked>
        <Grid
          label={t("books.words")}
          ids={shown.map(({ n }) => String(n))}
          rowHeight={36}
          selected={at === null ? null : String(at)}
          onSelect={(n) => setAt(Number(n))}
          empty={<Empty>{t("books.noWord")}</Empty>}
          renderRow={(n) => {
            const one = entries[Number(n)];
            return one ? (
              <div role="gridcell" className="book-row">
                <span className="truncate">
                  <Said text={one.text} />{" "}
                  {nations !== null && !same(theirs.get(keyOfEntry(one)), one) && (
                    <span className="admin-mark">{t("books.ownWord")}</span>
                  )}
                </span>
                <span className="muted truncate">{nameOf.get(one.kind) ?? one.kind}</span>
                <span className="num">{id(one.weight ?? 3)}</span>
              </div>
            ) : null;
          }}
        />
      </div>
      {entry ? (
        <Locked on={readOnly}>
          <div className="book-edit">
            <Field
              label={t("books.text")}
              hint={t("books.textHint")}
              value={entry.text}
              onChange={(event) => set({ text: event.target.value })}
            />
            <Choice label={t("books.kind")} value={entry.kind} options={kinds} onChange={(kind) => set({ kind })} />
            <Choice
              label={t("books.weight")}
              value={String(entry.weight ?? 3)}
              options={WEIGHTS.map((n) => [String(n), id(n)] as const)}
              onChange={(weight) => set({ weight: Number(weight) })}
            />
            <PriorityChoice
              label={t("books.priority")}
              value={entry.priority}
              onChange={(priority) => set({ priority })}
            />
            <Field
              label={t("books.gloss")}
              value={entry.gloss ?? ""}
              onChange={(event) => set({ gloss: event.target.value })}
            />
            {instead && !same(instead, entry) && (
              <Button onClick={() => onChange(replaced(entries, at as number, instead))}>{t("books.asNation")}</Button>
            )}
            <Button
              icon={<X size={16} aria-hidden="true" />}
              onClick={() => {
                onChange(replaced(entries, at as number, null));
                setAt(null);
              }}
            >
              {t("books.remove")}
            </Button>
          </div>
        </Locked>
      ) : (
        <p className="muted book-edit">{t("books.choose")}</p>
      )}
      {silent.length > 0 && (
        <details className="book-silent">
          <summary>{t("books.silent", { n: silent.length })}</summary>
          <ul>
            {silent.map((one) => (
              <li key={keyOfEntry(one)}>
                <Said text={one.text} /> <span className="muted">{nameOf.get(one.kind) ?? one.kind}</span>{" "}
                <Locked on={readOnly}>
                  <Button look="quiet" onClick={() => onChange([...entries, one])}>
                    {t("books.countAgain")}
                  </Button>
                </Locked>
              </li>
            ))}
          </ul>
        </details>
      )}
    </div>
  );
}

/** What callers say, in the language they say it in, whatever the page's is. */
function Said({ text }: { readonly text: string }) {
  return (
    <bdi dir="auto" lang={/[\u0600-\u06ff]/.test(text) ? "fa" : "en"}>
      {text}
    </bdi>
  );
}
