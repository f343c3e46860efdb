import { Plus, X } from "lucide-react";
import { useState } from "react";
import type { Problem } from "../../api/problem";
import { asProblem } from "../../api/problem";
import { useApp, useLoad } from "../../app/hooks";
import { latinDigits, matches } from "../../core/text";
import { problemText, useFormats, useNamed, useT } from "../../i18n/hooks";
import { Button, Empty, ErrorState, Field, Loading, UndoBar, useKeys } from "../../ui";
import { useKept } from "./kept";
import { messages } from "./messages";
import { Person } from "./Person";
import { When } from "./When";

interface Alias {
  readonly id: string;
  readonly text: string;
  readonly point: readonly [number, number];
  readonly label_fa: string;
  readonly label_en: string;
  readonly added_at: string;
  readonly added_by: string;
  readonly note: string;
}

const UNDO_MS = 10_000;
const SHOWN = 60;

/** Longitude and latitude as people paste them from a map (latitude first); null when they are none. */
export function pointOf(text: string): readonly [number, number] | null {
  const [lat, lon, ...more] = (
    latinDigits(text)
      .replace(/٫/g, ".")
      .match(/-?\d+(?:\.\d+)?/g) ?? []
  ).map(Number);
  if (lat === undefined || lon === undefined || more.length > 0 || Math.abs(lat) > 90 || Math.abs(lon) > 180)
    return null;
  return [lon, lat];
}

/** Names that people give to places, beside those of the map. They are searched at once. */
export function AliasesSection({ province }: { readonly province: string }) {
  const app = useApp();
  const t = useT(messages);
  const named = useNamed();
  const { digits } = useFormats();
  const [query, setQuery] = useState("");
  const [text, setText] = useKept(`alias:text:${province}`, "");
  const [place, setPlace] = useKept(`alias:place:${province}`, "");
  const [note, setNote] = useKept(`alias:note:${province}`, "");
  const [problem, setProblem] = useState<Problem | null>(null);
  const [undo, setUndo] = useState<{ readonly alias: Alias; readonly until: number } | null>(null);
  const {
    value,
    problem: unread,
    again,
    at,
  } = useLoad((signal) => app.api.get<{ aliases: Alias[] }>("/v1/aliases", { province }, signal), [app, province]);
  const act = async (path: string, body: unknown): Promise<boolean> => {
    setProblem(null);
    try {
      await app.api.command(path, body, { action: "alias" });
      again();
      return true;
    } catch (error) {
      setProblem(asProblem(error));
      return false;
    }
  };
  const point = pointOf(place);
  const add = async () => {
    if (!point || !(await act("/v1/aliases", { text: text.trim(), point, note: note.trim() }))) return;
    setText("");
    setPlace("");
    setNote("");
  };
  const remove = async (alias: Alias) => {
    if (await act(`/v1/aliases/${encodeURIComponent(alias.id)}/remove`, {}))
      setUndo({ alias, until: app.clock.now() + UNDO_MS });
  };
  const back = () => {
    if (!undo) return;
    setUndo(null);
    void act("/v1/aliases", { text: undo.alias.text, point: undo.alias.point, note: undo.alias.note });
  };
  useKeys([{ code: "Ctrl+KeyZ", run: back }]);
  if (!value) return unread ? <ErrorState problem={unread} onRetry={again} /> : <Loading rows={12} onRetry={again} />;
  const found = value.aliases.filter((each) =>
    matches(`${each.text} ${each.label_fa} ${each.label_en} ${each.note}`, query),
  );
  const why = text.trim() === "" ? t("admin.alias.why.text") : point === null ? t("admin.alias.why.point") : null;
  return (
    <div className="admin-page">
      <div className="admin-setting">
        <header className="admin-setting-head">
          <h2>{t("admin.section.aliases")}</h2>
          <p className="muted">{t("admin.alias.what")}</p>
        </header>
        {problem && (
          <p className="field-error" role="alert">
            {problemText(t, problem)}
          </p>
        )}
        {undo && (
          <UndoBar until={undo.until} keyHint="Ctrl+Z" onUndo={back} onOver={() => setUndo(null)}>
            {t("admin.alias.removed", { name: undo.alias.text })}
          </UndoBar>
        )}
        <section className="admin-card" aria-label={t("admin.alias.add")}>
          <div className="book-line">
            <Field
              label={t("admin.alias.text")}
              value={text}
              maxLength={80}
              onChange={(e) => setText(e.target.value)}
            />
            <Field
              label={t("admin.alias.point")}
              dir="ltr"
              placeholder="35.70050, 51.33740"
              value={place}
              onChange={(e) => setPlace(e.target.value)}
            />
            <Field
              label={t("admin.alias.note")}
              value={note}
              maxLength={200}
              onChange={(e) => setNote(e.target.value)}
            />
          </div>
          <div className="admin-acts">
            <Button
              icon={<Plus size={16} aria-hidden="true" />}
              disabledReason={why}
              reasonBelow
              onClick={() => void add()}
            >
              {t("admin.alias.add")}
            </Button>
          </div>
        </section>
        <Field label={t("admin.alias.find")} type="search" value={query} onChange={(e) => setQuery(e.target.value)} />
        {found.length === 0 ? (
          <Empty at={at}>{t("admin.alias.none")}</Empty>
        ) : (
          <ul className="admin-list">
            {found.slice(0, SHOWN).map((alias) => (
              <li key={alias.id}>
                <span>
                  <b>{alias.text}</b> ·{" "}
                  {named({ fa: alias.label_fa, en: alias.label_en }) || digits(alias.point.join(", "))}
                </span>
                <span>
                  <Person id={alias.added_by} /> <When at={alias.added_at} />
                  {alias.note && ` · ${alias.note}`}
                </span>
                <Button icon={<X size={16} aria-hidden="true" />} onClick={() => void remove(alias)}>
                  {t("admin.alias.remove")}
                </Button>
              </li>
            ))}
          </ul>
        )}
        {found.length > SHOWN && <p className="muted">{t("admin.alias.more", { n: found.length - SHOWN })}</p>}
      </div>
    </div>
  );
}
