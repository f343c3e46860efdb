import { useEffect, useState } from "react";
import type { Problem } from "../../../api/problem";
import { asProblem } from "../../../api/problem";
import { useApp, useLoad, useReference } from "../../../app/hooks";
import type { Reason } from "../../../core/reasons";
import { firstReason, reason } from "../../../core/reasons";
import { problemText, useFormats, useT } from "../../../i18n/hooks";
import { Button, ErrorState, Field, Loading, reasonText, UndoBar, useKeys } from "../../../ui";
import { ByWhom } from "../ByWhom";
import { GoingBack } from "../GoingBack";
import { useKept } from "../kept";
import { Lines } from "../Lines";
import { Locked } from "../Locked";
import { Person } from "../Person";
import { same } from "../settings";
import { When } from "../When";
import type { Book, BookName, Content, Difference, Trial } from "./books";
import { bodyOf } from "./books";
import { messages } from "./messages";
import { NationsPlans } from "./NationsPlans";
import { OnPast } from "./OnPast";
import { Plans } from "./Plans";
import { Questions } from "./Questions";
import { Words } from "./Words";

const UNDO_MS = 10_000;

interface Read {
  readonly book: Book;
  readonly content: Content;
  /** What the nation has in force under a province's. */
  readonly nations: Content | null;
  readonly difference: Difference | null;
}

/** One book of a province: edit it, save it as a draft, see what it changes, publish, go back. */
export function BookPage({ province, name }: { readonly province: string; readonly name: BookName }) {
  const app = useApp();
  const path = `/v1/provinces/${province}/guide`;
  const { value, problem, again } = useLoad(
    async (signal): Promise<Read> => {
      const { books } = await app.api.get<{ books: Book[] }>(path, {}, signal);
      const book = books.find((each) => each.book === name) as Book;
      const of = `${path}/${name}`;
      const [held, difference] = await Promise.all([
        app.api.get<{ content: Content; nations: Content | null }>(of, book.draft ? { draft: "true" } : {}, signal),
        book.draft ? app.api.get<Difference>(`${of}/difference`, {}, signal) : null,
      ]);
      return { book, content: held.content, nations: held.nations, difference };
    },
    [app, path, name],
  );
  if (!value) return problem ? <ErrorState problem={problem} onRetry={again} /> : <Loading rows={12} onRetry={again} />;
  // A new draft or version begins the page anew; what is typed is then saved already.
  const key = `${value.book.version}:${value.book.nations_version ?? ""}:${value.book.draft?.revision ?? ""}`;
  const of = `${path}/${name}`;
  return (
    <Editor key={key} name={name} read={value} path={of} typedAt={`${of}#${key}`} onActed={again} stale={problem} />
  );
}

type WhyNot = "books.why.right" | "books.why.same" | "books.why.busy" | "books.why.second";

function Editor({
  name,
  read,
  path,
  typedAt,
  onActed,
  stale,
}: {
  readonly name: BookName;
  readonly read: Read;
  readonly path: string;
  /** Where what is typed is kept. */
  readonly typedAt: string;
  readonly onActed: () => void;
  readonly stale: Problem | null;
}) {
  const app = useApp();
  const t = useT(messages);
  const { session } = useReference();
  const { book, difference } = read;
  const [content, setContent] = useKept(typedAt, read.content);
  const [note, setNote] = useState("");
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<Problem | null>(stale);
  const [undo, setUndo] = useState<{ readonly to: number; readonly until: number } | null>(() => takeUndo(path));
  const mayChange = session.acts.has("keep_guide");
  const changed = !same(content, read.content);
  const notSave = firstReason<WhyNot>(
    !mayChange && reason("books.why.right"),
    busy && reason("books.why.busy"),
    !changed && reason("books.why.same"),
  );
  const notPublish: Reason<WhyNot> | null = firstReason<WhyNot>(
    !mayChange && reason("books.why.right"),
    busy && reason("books.why.busy"),
    book.second_person && book.draft?.by === session.person && reason("books.why.second"),
  );
  const act = async (step: string, body: unknown): Promise<boolean> => {
    setBusy(true);
    setProblem(null);
    try {
      await app.api.command(`${path}/${step}`, body, { action: step });
      onActed();
      return true;
    } catch (error) {
      setProblem(asProblem(error));
      return false;
    } finally {
      setBusy(false);
    }
  };
  const seen = { revision: book.draft?.revision ?? 0, over: book.in_force };
  const save = (over = seen) => notSave === null && void act("draft", { ...bodyOf(name, content), ...over });
  const publish = async (worse = false) => {
    if (notPublish !== null || !book.draft) return;
    keepUndo(path, { to: book.in_force, until: app.clock.now() + UNDO_MS });
    const body = { revision: book.draft.revision, note: note.trim(), even_if_worse: worse };
    if (!(await act("publish", body))) takeUndo(path);
  };
  const back = async (to: number, why: string) => {
    setUndo(null);
    keepUndo(path, { to: book.in_force, until: app.clock.now() + UNDO_MS });
    if (!(await act("roll-back", { to, note: why }))) takeUndo(path);
  };
  const takeBack = () => {
    if (undo === null) return;
    setUndo(null);
    void act("roll-back", { to: undo.to, note: t("books.backNote", { n: undo.to }) });
  };
  useKeys([
    { code: "Ctrl+KeyS", run: () => save(), inFields: true },
    { code: "Ctrl+Enter", run: () => void publish(), inFields: true },
    { code: "Ctrl+KeyZ", run: takeBack },
  ]);
  return (
    <div className="admin-page">
      <div className="admin-setting">
        <header className="admin-setting-head">
          <h2>{t(`books.${name}`)}</h2>
          <p className="muted">
            {t(`books.${name}.what`)}{" "}
            {book.in_force !== 0
              ? t("books.inForce", { n: book.in_force })
              : t(book.nations_version === null ? "books.shipped" : "books.nationsHold")}
          </p>
          {book.nations_version !== null && name !== "plans" && <p>{t("books.over")}</p>}
          {book.behind.length > 0 && <p role="status">{t("books.behind", { n: book.behind.length })}</p>}
        </header>
        {problem && <Refused problem={problem} onWorse={() => void publish(true)} />}
        {problem?.code === "guide.draft_changed" && (
          <div className="admin-acts">
            {changed && "over" in problem.details && (
              <Button onClick={() => save(newest(problem))}>{t("books.mineCounts")}</Button>
            )}
            <Button onClick={onActed}>{t(changed ? "books.theirsCount" : "books.readAgain")}</Button>
          </div>
        )}
        {undo && (
          <UndoBar until={undo.until} keyHint="Ctrl+Z" onUndo={takeBack} onOver={() => setUndo(null)}>
            {t("books.published")}
          </UndoBar>
        )}
        {book.draft && difference && (
          <section className="admin-draft" aria-label={t("books.draft")}>
            <h3>{t("books.draft")}</h3>
            <p>
              <Person id={book.draft.by} /> · <When at={book.draft.at} />
            </p>
            <Lines lines={difference.lines} />
            {name === "words" && <Tried path={path} />}
            {name === "plans" && <OnPast key={book.draft.revision} path={path} />}
            <Field
              label={t("books.note")}
              value={note}
              maxLength={300}
              onChange={(event) => setNote(event.target.value)}
            />
            <div className="admin-acts">
              <Button
                look="primary"
                keyHint="Ctrl+⏎"
                disabledReason={reasonText(t, notPublish)}
                reasonBelow
                onClick={() => void publish()}
              >
                {t("books.publish")}
              </Button>
              <Button
                disabledReason={mayChange ? null : t("books.why.right")}
                onClick={() => void act("draft/drop", {})}
              >
                {t("books.drop")}
              </Button>
            </div>
          </section>
        )}
        <fieldset className="admin-book">
          <legend className="visually-hidden">{t(`books.${name}`)}</legend>
          {name === "words" && (
            <Words
              entries={content.entries ?? []}
              nations={read.nations?.entries ?? null}
              readOnly={!mayChange}
              onChange={(entries) => setContent({ ...content, entries })}
            />
          )}
          {name === "questions" && (
            <Questions
              sets={content.sets ?? []}
              nations={read.nations?.sets ?? null}
              readOnly={!mayChange}
              onChange={(sets) => setContent({ ...content, sets })}
            />
          )}
          {name === "plans" && (
            <Locked on={!mayChange}>
              <Plans rules={content.rules ?? []} onChange={(rules) => setContent({ ...content, rules })} />
            </Locked>
          )}
        </fieldset>
        {name === "plans" && book.nations_version !== null && (
          <NationsPlans own={content.rules ?? []} rules={read.nations?.rules ?? []} />
        )}
        {mayChange && (
          <section className="admin-save" aria-label={t("books.save")}>
            <div className="admin-acts">
              <Button
                look="primary"
                keyHint="Ctrl+S"
                disabledReason={reasonText(t, notSave)}
                reasonBelow
                onClick={() => save()}
              >
                {t("books.save")}
              </Button>
              <Button disabledReason={changed ? null : t("books.why.same")} onClick={() => setContent(read.content)}>
                {t("books.forget")}
              </Button>
            </div>
          </section>
        )}
        <Versions path={path} book={book} mayChange={mayChange} onBack={(to, why) => void back(to, why)} />
      </div>
    </div>
  );
}

/** What somebody else saved or published meanwhile, as the refusal names it: whoever goes on knows of that. */
const newest = ({ details }: Problem) => ({ revision: Number(details.revision), over: Number(details.over) });

// The page begins anew when a version comes in force; what can be undone has to outlive that.
const undoable = new Map<string, { readonly to: number; readonly until: number }>();
const keepUndo = (path: string, undo: { readonly to: number; readonly until: number }) => undoable.set(path, undo);
function takeUndo(path: string) {
  const undo = undoable.get(path) ?? null;
  undoable.delete(path);
  return undo;
}

function Refused({ problem, onWorse }: { readonly problem: Problem; readonly onWorse: () => void }) {
  const t = useT(messages);
  const { digits } = useFormats();
  const rows = Array.isArray(problem.details.rows) ? problem.details.rows.map(String) : [];
  return (
    <div className="field-error" role="alert">
      <p>
        {problemText(t, problem)}
        <ByWhom problem={problem} />
      </p>
      {rows.length > 0 && (
        <ul>
          {rows.map((row) => (
            <li key={row}>{digits(row)}</li>
          ))}
        </ul>
      )}
      {problem.code === "guide.draft_worse" && <Button onClick={onWorse}>{t("books.evenIfWorse")}</Button>}
    </div>
  );
}

/** How the drafted words do on the sentences kept with them, beside those in force. */
function Tried({ path }: { readonly path: string }) {
  const app = useApp();
  const t = useT(messages);
  const [trial, setTrial] = useState<Trial | null>(null);
  useEffect(() => {
    const stop = new AbortController();
    app.api.post<{ trial: Trial }>(`${path}/try`, {}, stop.signal).then(
      (tried) => setTrial(tried.trial),
      () => undefined, // Publishing tries it again and says what is wrong.
    );
    return () => stop.abort();
  }, [app, path]);
  if (!trial) return null;
  return (
    <p>
      {t("books.tried", { n: trial.sentences, now: trial.first, before: trial.first_before })}{" "}
      {trial.first < trial.first_before && <b>{t("books.worse")}</b>}
    </p>
  );
}

function Versions({
  path,
  book,
  mayChange,
  onBack,
}: {
  readonly path: string;
  readonly book: Book;
  readonly mayChange: boolean;
  readonly onBack: (to: number, why: string) => void;
}) {
  const t = useT(messages);
  const [going, setGoing] = useState<number | null>(null);
  const back = (to: number, words: string) =>
    going === to ? (
      <BackTo path={path} to={to} onGo={(why) => onBack(to, why)} onLeave={() => setGoing(null)} />
    ) : (
      <Button onClick={() => setGoing(to)}>{words}</Button>
    );
  if (book.versions.length === 0) return <p className="muted">{t("books.noVersions")}</p>;
  return (
    <section className="admin-changes" aria-label={t("books.versions")}>
      <h3>{t("books.versions")}</h3>
      <ol>
        {book.versions.map((version) => (
          <li key={version.number}>
            <p>
              <b>{t("books.version", { n: version.number })}</b>
              <When at={version.at} />
              <Person id={version.by} />
              {version.note && <span>«{version.note}»</span>}
            </p>
            {version.number === book.in_force ? (
              <span className="admin-mark">{t("books.holds")}</span>
            ) : (
              mayChange && back(version.number, t("books.backTo", { n: version.number }))
            )}
          </li>
        ))}
        {book.in_force !== 0 && mayChange && (
          <li>{back(0, t(book.nations_version === null ? "books.backToShipped" : "books.backToNations"))}</li>
        )}
      </ol>
    </section>
  );
}

/** What an earlier version would change of what is in force, asked of the server when somebody wants to go back to it. */
function BackTo({
  path,
  to,
  onGo,
  onLeave,
}: {
  readonly path: string;
  readonly to: number;
  readonly onGo: (why: string) => void;
  readonly onLeave: () => void;
}) {
  const app = useApp();
  const t = useT(messages);
  const { value, problem, again } = useLoad(
    (signal) => app.api.get<Difference>(`${path}/difference`, { to: String(to) }, signal),
    [app, path, to],
  );
  if (problem) return <ErrorState problem={problem} onRetry={again} />;
  return (
    <GoingBack title={t("books.backNote", { n: to })} lines={value?.lines ?? null} onGo={onGo} onLeave={onLeave} />
  );
}
