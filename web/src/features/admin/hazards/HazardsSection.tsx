import { useEffect, useMemo, useState } from "react";
import type { Problem } from "../../../api/problem";
import { asProblem } from "../../../api/problem";
import { useApp, useLoad, useReference } from "../../../app/hooks";
import type { OfficeId } from "../../../core/units";
import { problemText, useFormats, useNamed, useT } from "../../../i18n/hooks";
import {
  Button,
  Check,
  Choice,
  Empty,
  ErrorState,
  Field,
  Grid,
  Loading,
  reasonText,
  UndoBar,
  useKeys,
} from "../../../ui";
import { pointOf } from "../AliasesSection";
import { useKept } from "../kept";
import { Person } from "../Person";
import type { Body, HazardKind, Note, Typed } from "./hazards";
import { bodyOf, changedBody, KINDS, typedOf, whyNotSave } from "./hazards";
import { messages } from "./messages";

const UNDO_MS = 10_000;
/** Whoever types is left in peace so long before the server is asked. */
const SETTLE_MS = 250;

interface Undo {
  readonly until: number;
  readonly said: "places.saved" | "places.removed";
  readonly run: () => void;
}

/** Hazards of places: find one, change it, say that it is still so, remove it. */
export function HazardsSection({ root }: { readonly root: OfficeId }) {
  const app = useApp();
  const t = useT(messages);
  const [query, setQuery] = useState("");
  const [asked, setAsked] = useState("");
  const [at, setAt] = useState<string | null>(null);
  const [problem, setProblem] = useState<Problem | null>(null);
  const [confirmed, setConfirmed] = useState(false);
  const [busy, setBusy] = useState(false);
  const [undo, setUndo] = useState<Undo | null>(null);
  useEffect(() => {
    const timer = setTimeout(() => setAsked(query), SETTLE_MS);
    return () => clearTimeout(timer);
  }, [query]);
  const loaded = useLoad(
    (signal) =>
      app.api.get<{ total: number; notes: Note[] }>("/v1/premises/kept", { office: root, words: asked }, signal),
    [app, root, asked],
  );
  const { again } = loaded;
  const [kept, setKept] = useState(loaded.value);
  useEffect(() => {
    if (loaded.value) setKept(loaded.value);
  }, [loaded.value]);
  const act = async (path: string, body: unknown): Promise<boolean> => {
    setBusy(true);
    setProblem(null);
    setConfirmed(false);
    try {
      await app.api.command(path, body, { action: "hazard" });
      again();
      return true;
    } catch (error) {
      setProblem(asProblem(error));
      return false;
    } finally {
      setBusy(false);
    }
  };
  const pathOf = (note: Note, step: string) => `/v1/premises/${encodeURIComponent(note.id)}/${step}`;
  const offer = (said: Undo["said"], run: () => void) => setUndo({ said, run, until: app.clock.now() + UNDO_MS });
  const save = async (note: Note, body: Body) => {
    if (await act(pathOf(note, "change"), body))
      offer("places.saved", () => void act(pathOf(note, "change"), bodyOf(note)));
  };
  const still = async (note: Note) => {
    if (await act(pathOf(note, "review"), { days: 180, review_days: 90 })) setConfirmed(true);
  };
  const remove = async (note: Note) => {
    if (!(await act(pathOf(note, "remove"), { reason: "" }))) return;
    setAt(null);
    // It had so many days left; written again it has as many.
    const left = Math.max(1, Math.round((Date.parse(note.until) - app.clock.now()) / 86_400_000));
    const body = { ...bodyOf(note), days: left, review_days: Math.min(left, 90) };
    offer("places.removed", () => void act("/v1/premises", body));
  };
  const back = () => {
    undo?.run();
    setUndo(null);
  };
  useKeys([{ code: "Ctrl+KeyZ", run: back }]);
  if (!kept)
    return loaded.problem ? (
      <ErrorState problem={loaded.problem} onRetry={again} />
    ) : (
      <Loading rows={12} onRetry={again} />
    );
  const note = kept.notes.find((each) => each.id === at);
  return (
    <div className="admin-two">
      <div className="admin-offices hazards-list">
        <Field
          label={t("places.find")}
          type="search"
          value={query}
          onChange={(event) => setQuery(event.target.value)}
        />
        {kept.total > kept.notes.length && <p className="muted">{t("places.more", { n: kept.total })}</p>}
        <Grid
          label={t("places.hazards")}
          ids={kept.notes.map((each) => each.id)}
          rowHeight={48}
          selected={at}
          onSelect={setAt}
          empty={<Empty at={loaded.at}>{t("places.none")}</Empty>}
          renderRow={(id) => {
            const one = kept.notes.find((each) => each.id === id);
            return one ? <Row note={one} /> : null;
          }}
        />
      </div>
      <div className="admin-page">
        {loaded.problem && <ErrorState problem={loaded.problem} onRetry={again} />}
        {problem && (
          <p className="field-error" role="alert">
            {problemText(t, problem)}
          </p>
        )}
        {undo && (
          <UndoBar until={undo.until} keyHint="Ctrl+Z" onUndo={back} onOver={() => setUndo(null)}>
            {t(undo.said)}
          </UndoBar>
        )}
        <p role="status">{confirmed && t("places.stillDone")}</p>
        {note ? (
          <Editor
            key={JSON.stringify(note)}
            note={note}
            busy={busy}
            onSave={(body) => void save(note, body)}
            onStill={() => void still(note)}
            onRemove={() => void remove(note)}
          />
        ) : (
          <Empty>{t("places.choose")}</Empty>
        )}
      </div>
    </div>
  );
}

function Row({ note }: { readonly note: Note }) {
  const t = useT(messages);
  return (
    <div role="gridcell" className="people-row">
      <b className="truncate">
        {t(`places.kind.${note.hazard}`)} · {note.text}
      </b>
      <span className="muted truncate">{note.address}</span>
      {note.over || note.overdue ? (
        <span className="admin-mark">{t(note.over ? "places.over" : "places.overdue")}</span>
      ) : (
        note.severe && <span className="admin-mark">{t("places.severe")}</span>
      )}
    </div>
  );
}

interface EditorProps {
  readonly note: Note;
  readonly busy: boolean;
  readonly onSave: (body: Body) => void;
  readonly onStill: () => void;
  readonly onRemove: () => void;
}

function Editor({ note, busy, onSave, onStill, onRemove }: EditorProps) {
  const t = useT(messages);
  const named = useNamed();
  const { date, digits } = useFormats();
  const { offices } = useReference();
  // Of another version of it something else was typed.
  const first = useMemo(() => typedOf(note), [note]);
  const [typed, setTyped] = useKept<Typed>(JSON.stringify(note), first);
  const set = (more: Partial<Typed>) => setTyped((now) => ({ ...now, ...more }));
  const why = whyNotSave(note, typed, pointOf, busy);
  const office = offices.find(note.office as OfficeId);
  const save = () => {
    const body = changedBody(note, typed, pointOf);
    if (why === null && body) onSave(body);
  };
  useKeys([{ code: "Ctrl+KeyS", run: save, inFields: true }]);
  return (
    <section className="admin-card" aria-label={t("places.hazards")}>
      <p className="muted">
        {office && `${named(office.name)} · `}
        {t("places.written")} <Person id={note.by} /> ·{" "}
        {t("places.holds", { until: date(Date.parse(note.until)), review: date(Date.parse(note.review_at)) })}
      </p>
      <div className="book-line">
        <Choice
          label={t("places.kind")}
          value={typed.hazard}
          options={KINDS.map((kind) => [kind, t(`places.kind.${kind}`)] as const)}
          onChange={(hazard) => set({ hazard: hazard as HazardKind })}
        />
        <Field
          label={t("places.radius")}
          dir="ltr"
          inputMode="decimal"
          value={digits(typed.radius)}
          onChange={(event) => set({ radius: event.target.value })}
        />
        <Field
          label={t("places.point")}
          dir="ltr"
          value={typed.place}
          onChange={(event) => set({ place: event.target.value })}
        />
      </div>
      <Field
        label={t("places.text")}
        maxLength={300}
        value={typed.text}
        onChange={(event) => set({ text: event.target.value })}
      />
      <Field
        label={t("places.address")}
        maxLength={300}
        value={typed.address}
        onChange={(event) => set({ address: event.target.value })}
      />
      <Check checked={typed.severe} onChange={(severe) => set({ severe })}>
        {t("places.isSevere")}
      </Check>
      <div className="admin-acts">
        <Button look="primary" keyHint="Ctrl+S" disabledReason={reasonText(t, why)} reasonBelow onClick={save}>
          {t("places.save")}
        </Button>
        <Button disabledReason={busy ? t("places.why.busy") : null} onClick={onStill}>
          {t("places.still")}
        </Button>
        <Button disabledReason={busy ? t("places.why.busy") : null} onClick={onRemove}>
          {t("places.remove")}
        </Button>
      </div>
    </section>
  );
}
