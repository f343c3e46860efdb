import type { ReactNode } from "react";
import { useCallback, useEffect, useMemo, useState } from "react";
import type { Problem } from "../../api/problem";
import { asProblem } from "../../api/problem";
import { useApp, useLoad, useReference } from "../../app/hooks";
import type { Named } from "../../core/views";
import { problemText, useNamed, useT } from "../../i18n/hooks";
import { Button, ErrorState, Field, Loading, reasonText, UndoBar, useKeys } from "../../ui";
import { useProof } from "../identity/Proof";
import { ByWhom } from "./ByWhom";
import { Form } from "./Form";
import { GoingBack } from "./GoingBack";
import { useKept } from "./kept";
import { Lines } from "./Lines";
import type { TypedParts } from "./meanwhile";
import { meanwhile, mineCounts, theirsCount, typing, withTyped } from "./meanwhile";
import { messages } from "./messages";
import { Person } from "./Person";
import type { Line, Setting, SettingKind, Value } from "./settings";
import { changedFields, whyNotPublish, whyNotSave, wrongFields } from "./settings";
import { When } from "./When";

const UNDO_MS = 10_000;
const NOTHING: TypedParts = {};
/** Another person may draft or publish at any time. */
const AGAIN_MS = 15_000;

interface Props {
  readonly kind: SettingKind;
  readonly subject: string;
  /** Whose it is, in words. */
  readonly title: string;
  /** Something was drafted or published: lists beside this page are read again. */
  readonly onActed: () => void;
  /** What stands in the place of the form that is drawn from the fields: the value as typed, what holds now, one part set. */
  readonly form?: (value: Value, inForce: Value, onPart: (name: string, part: unknown) => void) => ReactNode;
}

/** One setting: fill in, save as a draft, let somebody read it, publish, go back. */
export function SettingPage({ kind, subject, title, onActed, form }: Props) {
  const app = useApp();
  const path = `/v1/settings/${kind.kind}/${encodeURIComponent(subject)}`;
  const loaded = useLoad((signal) => app.api.get<Setting>(path, {}, signal), [app, path]);
  const { again } = loaded;
  useEffect(() => {
    const timer = setInterval(again, AGAIN_MS);
    return () => clearInterval(timer);
  }, [again]);
  if (!loaded.value)
    return loaded.problem ? (
      <ErrorState problem={loaded.problem} onRetry={again} />
    ) : (
      <Loading rows={12} onRetry={again} />
    );
  const acted = () => {
    again();
    onActed();
  };
  return (
    <>
      {loaded.problem && <ErrorState problem={loaded.problem} onRetry={again} />}
      <Editor
        key={path}
        kind={kind}
        setting={loaded.value}
        path={path}
        title={title}
        onActed={acted}
        {...(form ? { form } : {})}
      />
    </>
  );
}

interface EditorProps {
  readonly kind: SettingKind;
  readonly setting: Setting;
  readonly path: string;
  readonly title: string;
  readonly onActed: () => void;
  readonly form?: Props["form"];
}

function Editor({ kind, setting, path, title, onActed, form }: EditorProps) {
  const app = useApp();
  const t = useT(messages);
  const named = useNamed();
  const { offices } = useReference();
  // What is being typed, part by part: what somebody else changes beside it stays theirs.
  const [typed, setTyped] = useKept<TypedParts>(path, NOTHING);
  const [follow, setFollow] = useState(false);
  const [why, setWhy] = useKept(`${path}#why`, "");
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<Problem | null>(null);
  const [prove, question] = useProof();
  const [undo, setUndo] = useState<{ readonly to: number; readonly until: number; readonly back?: true } | null>(null);

  // Whoever goes on with a draft goes on from what it says.
  const start = setting.draft ? (setting.draft.value ?? setting.inherited) : setting.value;
  const value = useMemo(
    () => (follow ? setting.inherited : withTyped(start, typed)),
    [follow, setting.inherited, start, typed],
  );
  const both = meanwhile(kind, start, typed);
  const changed = changedFields(kind, start, value);
  const wrong = wrongFields(kind, value);
  const notSave = whyNotSave({
    mayChange: kind.may_change,
    changed: changed.length > 0 || (follow && setting.own),
    wrong: wrong.length,
    meanwhile: both.length,
    why,
    busy,
  });
  const notPublish = whyNotPublish({
    mayChange: kind.may_change,
    secondPerson: kind.second_person,
    draft: setting.draft,
    busy,
  });

  const onPart = useCallback(
    (name: string, part: unknown) => {
      setFollow(false);
      setTyped((now) => typing(start, now, name, part));
    },
    [start, setTyped],
  );
  const forget = () => {
    setTyped(NOTHING);
    setFollow(false);
    setProblem(null);
  };
  const act = async (step: string, body: unknown): Promise<boolean> => {
    setBusy(true);
    setProblem(null);
    try {
      await prove(() => app.api.command(`${path}/${step}`, body, { action: step }));
      onActed();
      return true;
    } catch (error) {
      setProblem(asProblem(error));
      // Somebody was faster: what they did is shown beside what is typed here.
      if (asProblem(error).code === "administration.draft_changed") onActed();
      return false;
    } finally {
      setBusy(false);
    }
  };
  const save = async () => {
    if (notSave !== null) return;
    const seen = { revision: setting.draft?.revision ?? 0, over: setting.over };
    if (await act("draft", { value: follow ? null : value, why: why.trim(), ...seen })) {
      forget();
      setWhy("");
    }
  };
  const publish = async () => {
    if (notPublish !== null || setting.draft === null) return;
    const before = setting.over;
    if (await act("publish", { revision: setting.draft.revision, over: before }))
      setUndo({ to: before, until: app.clock.now() + UNDO_MS });
  };
  const goBack = async (to: number, reason: string) => {
    const before = setting.over;
    setUndo(null);
    if (await act("roll-back", { to, why: reason }))
      setUndo({ to: before, until: app.clock.now() + UNDO_MS, back: true });
  };
  const takeBack = () => {
    if (undo === null) return;
    setUndo(null);
    void act("roll-back", { to: undo.to, why: t("admin.undoWhy") });
  };
  useKeys([
    { code: "Ctrl+KeyS", run: () => void save(), inFields: true },
    { code: "Ctrl+Enter", run: () => void publish(), inFields: true },
    { code: "Ctrl+KeyZ", run: takeBack },
  ]);
  const above = offices.find(setting.inherited_from as never);
  const nameOf = (id: string): string => {
    const found = offices.find(id as never);
    return found ? named(found.name) : id;
  };

  return (
    <div className="admin-setting">
      {question}
      <header className="admin-setting-head">
        <h2>{title}</h2>
        <p className="muted" hidden={kind.groups.length === 0}>
          {setting.own
            ? t("admin.ownRules")
            : above
              ? t("admin.followsOffice", { office: named(above.name) })
              : t(kind.kind === "person" ? "admin.newPerson" : "admin.followsDefault")}
        </p>
      </header>
      {setting.behind && setting.behind.length > 0 && (
        <p role="status">
          {t("admin.behind", { list: setting.behind.map((each) => nameOf(each)).join(t("admin.and")) })}
        </p>
      )}
      {problem && (
        <p className="field-error" role="alert">
          {problemText(t, problem)}
          {detailOf(problem, t.lang, labelOf(kind, problem.details.field ?? problem.details.rule, named))}
          <ByWhom problem={problem} />
        </p>
      )}
      {undo && (
        <UndoBar until={undo.until} keyHint="Ctrl+Z" onUndo={takeBack} onOver={() => setUndo(null)}>
          {t(undo.back ? "admin.wentBack" : "admin.published")}
        </UndoBar>
      )}
      {setting.draft && (
        <section className="admin-draft" aria-label={t("admin.draft")}>
          <h3>{t("admin.draft")}</h3>
          <p>
            <Person id={setting.draft.by} /> · <When at={setting.draft.at} /> · «{setting.draft.why}»
          </p>
          {setting.draft.value === null && <p>{t("admin.draftFollows")}</p>}
          <Lines lines={setting.draft.lines} />
          <div className="admin-acts">
            <Button
              look="primary"
              keyHint="Ctrl+⏎"
              disabledReason={reasonText(t, notPublish)}
              reasonBelow
              onClick={() => void publish()}
            >
              {t("admin.publish")}
            </Button>
            <Button
              disabledReason={kind.may_change ? null : t("admin.why.right")}
              onClick={() => void act("draft/drop", {})}
            >
              {t("admin.drop")}
            </Button>
          </div>
        </section>
      )}
      {both.length > 0 && (
        <section className="admin-draft" role="alert">
          <p>{t("admin.meanwhile", { list: both.map((field) => named(field.label)).join(t("admin.and")) })}</p>
          <div className="admin-acts">
            <Button onClick={() => setTyped((now) => mineCounts(start, now))}>{t("admin.mineCounts")}</Button>
            <Button onClick={() => setTyped((now) => theirsCount(start, now))}>{t("admin.theirsCount")}</Button>
          </div>
        </section>
      )}
      {form ? (
        form(value, setting.value, onPart)
      ) : kind.groups.length > 0 ? (
        <Form kind={kind} value={value} inForce={setting.value} onPart={onPart} readOnly={!kind.may_change} />
      ) : null}
      {kind.may_change && kind.groups.length > 0 && (
        <section className="admin-save" aria-label={t("admin.save")}>
          <Field
            label={t("admin.why")}
            hint={t("admin.whyHint")}
            value={why}
            maxLength={300}
            onChange={(event) => setWhy(event.target.value)}
          />
          <div className="admin-acts">
            <Button
              look="primary"
              keyHint="Ctrl+S"
              disabledReason={reasonText(t, notSave)}
              reasonBelow
              onClick={() => void save()}
            >
              {t("admin.saveDraft")}
            </Button>
            <Button disabledReason={typed === NOTHING && !follow ? t("admin.why.same") : null} onClick={forget}>
              {t("admin.forget")}
            </Button>
            {setting.own && ["rules", "texts", "ways_in"].includes(kind.kind) && (
              <Button onClick={() => setFollow(true)} aria-pressed={follow}>
                {t("admin.follow")}
              </Button>
            )}
            <span role="status">{changed.length > 0 && t("admin.changedFields", { n: changed.length })}</span>
          </div>
        </section>
      )}
      <Changes setting={setting} mayChange={kind.may_change} onBack={(to, reason) => void goBack(to, reason)} />
    </div>
  );
}

/** Where and why, as far as the server says it in words: a rule's name for a limit, a sentence for everything else. */
function detailOf(problem: Problem, lang: "fa" | "en", where: string | null): string {
  const said = problem.details[lang] ?? (where === null ? problem.details.rule : null);
  return [where, said].map((each) => (typeof each === "string" ? ` · ${each}` : "")).join("");
}

/** What the field is called that a refusal is about; null where it names none of this form. */
function labelOf(kind: SettingKind, field: unknown, named: (name: Named) => string): string | null {
  const found = kind.groups.flatMap((group) => group.fields).find((each) => each.name === field);
  return found ? named(found.label) : null;
}

function Changes({
  setting,
  mayChange,
  onBack,
}: {
  readonly setting: Setting;
  readonly mayChange: boolean;
  readonly onBack: (to: number, why: string) => void;
}) {
  const t = useT(messages);
  const [going, setGoing] = useState<number | null>(null);
  const { changes, over, to_first } = setting;
  if (changes.length === 0) return <p className="muted admin-none">{t("admin.noChanges")}</p>;
  const back = (to: number, lines: readonly Line[]) =>
    going === to ? (
      <GoingBack
        title={t("admin.backWhy", { n: to })}
        lines={lines}
        onGo={(why) => {
          setGoing(null);
          onBack(to, why);
        }}
        onLeave={() => setGoing(null)}
      />
    ) : (
      <Button disabledReason={lines.length === 0 ? t("admin.noLines") : null} onClick={() => setGoing(to)}>
        {to === 0 ? t("admin.backToFirst") : t("admin.backTo", { n: to })}
      </Button>
    );
  return (
    <section className="admin-changes" aria-label={t("admin.changes")}>
      <h3>{t("admin.changes")}</h3>
      <ol>
        {changes.map((change) => (
          <li key={change.number}>
            <p>
              <b>{t("admin.changeNumber", { n: change.number })}</b>
              {change.restores !== null && <span>{t("admin.restores", { n: change.restores })}</span>}
              {change.at && <When at={change.at} />}
              <span>
                <Person id={change.by} />
                {change.drafted_by !== change.by && (
                  <>
                    {" "}
                    ({t("admin.draftedBy")} <Person id={change.drafted_by} />)
                  </>
                )}
              </span>
              <span>«{change.why}»</span>
              {!change.own && <span className="muted">{t("admin.noneOwn")}</span>}
            </p>
            <details>
              <summary>{t("admin.whatChanged", { n: change.lines.length })}</summary>
              <Lines lines={change.lines} past />
            </details>
            {mayChange && change.number !== over && back(change.number, change.back)}
          </li>
        ))}
        {mayChange && (
          <li>
            <p className="muted">{t("admin.beforeAll")}</p>
            {back(0, to_first)}
          </li>
        )}
      </ol>
    </section>
  );
}
