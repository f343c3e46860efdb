import type { ReactNode } from "react";
import { useCallback, useEffect, useMemo, useRef, useState } from "react";
import { asProblem } from "../../api/problem";
import { useApp, useDerived, useEvery, useItem, useReference } from "../../app/hooks";
import type { Reason } from "../../core/reasons";
import { reason } from "../../core/reasons";
import { activeAssignments } from "../../core/selectors";
import type { Metres } from "../../core/units";
import { msOf } from "../../core/units";
import type { CallLocation, Priority } from "../../core/views";
import { distanceText, listText, problemText, spanText, useFormats, useT } from "../../i18n/hooks";
import type { KeyBinding } from "../../ui";
import {
  Button,
  Combo,
  type ComboOption,
  Field,
  Ltr,
  PriorityGlyph,
  Segmented,
  TextArea,
  Timer,
  useKeys,
} from "../../ui";
import type { CallOutcome } from "./acts/calls";
import { CALL_OUTCOMES } from "./acts/calls";
import { Choices } from "./Choices";
import { CallerPart, Conversation, writes } from "./caller/CallerPart";
import { CameWith } from "./caller/CameWith";
import { proposedOf } from "./caller/estimates";
import { PastCalls } from "./caller/PastCalls";
import { messages as classifyMessages } from "./classify/messages";
import { Proposal } from "./classify/Proposal";
import { Questions, useQuestions } from "./classify/Questions";
import type { QuestionSet } from "./classify/scoring";
import { ownPoints, pointsOf, proposedBy } from "./classify/scoring";
import type { Guess, Guessed } from "./classify/useGuessed";
import { keptOf, useGuessed } from "./classify/useGuessed";
import { useConsole, useWords } from "./context";
import type { Duplicate, Rated } from "./duplicates";
import { bestOf, held, sameDuplicates } from "./duplicates";
import { Hazards, useHazardsAt } from "./hazards/Hazards";
import { PastHere } from "./hazards/Past";
import { guessKinds } from "./kinds";
import type { ConsoleKey } from "./messages";
import { OpenForms } from "./OpenForms";
import type { FieldProps } from "./PlaceField";
import { focusAfterKind, focusField, focusQuestions, PlaceField } from "./PlaceField";
import { PendingLines } from "./parts";
import { PlateInNarrative } from "./plates/PlateInNarrative";
import { SERVICE_KEYS, useServices } from "./services/known";
import type { CallForm } from "./store";
import { callerOf, draftOf, isCallerNew, isEmptyForm, useDesk, WORDS_MOST } from "./store";
import { Handed, TransferPart } from "./transfer/TransferPart";

const SAVE_MS = 600;

/** The form of the open call: where, what, danger, details. Sent as soon as place and kind exist. */
export function CallFormPane() {
  const form = useDesk((desk) => (desk.form ? desk.forms[desk.form] : undefined));
  if (!form) return null;
  return <OpenForm key={form.id} form={form} />;
}

function OpenForm({ form }: { readonly form: CallForm }) {
  const { world } = useApp();
  const parts = useConsole();
  const { acts } = parts;
  const words = useWords();
  const { t } = words;
  const { id: write } = useFormats();
  const call = useItem(world.call, form.call);
  const change = useCallback((to: Partial<CallForm>) => useDesk.getState().changeForm(form.id, to), [form.id]);
  const [ending, setEnding] = useState(false);
  const [sending, setSending] = useState(false);
  // To whom the call is being handed over; empty: not chosen yet.
  const [handing, setHanding] = useState<string | null>(null);
  const services = useServices();
  const saving = useAutosave(form);
  const duplicates = useDuplicates(form);
  const hazards = useHazardsAt(form.point);
  const detail = useItem(world.detail, call?.incident);
  const { session } = useReference();
  const guessed = useGuessed(form.narrative, form.kind === null);
  const questions = useQuestions(form.kind);
  useRaised(form, questions, change);
  const why =
    !form.point && !form.kind
      ? t("why.noPlaceKind")
      : !form.point
        ? t("why.noPlace")
        : !form.kind
          ? t("why.noKind")
          : null;

  const send = useCallback(async () => {
    if (sending) return;
    setSending(true);
    const done = await acts.calls.classify(form);
    if (!done) setSending(false);
  }, [acts, form, sending]);
  const first = bestOf(duplicates);
  const theirs = proposedOf(call);
  const takeThis = (theirs: CallLocation | null) => {
    const point = theirs?.point;
    if (!theirs || !point) return;
    // A name that belonged to another point does not move with it; words that were only typed do.
    const typed = form.point === null || form.placeText.trim() !== form.place ? form.placeText.trim() : "";
    change({ point, accuracy: theirs.accuracy_m, place: typed, placeText: typed });
    parts.fly(point, 16);
    focusField("kind");
    if (typed) return;
    void parts.nameOf(point).then((name) => {
      const now = useDesk.getState().forms[form.id];
      if (name && now?.point === point && now.placeText.trim() === "")
        change({ place: name, placeText: name, named: name });
    });
  };
  const missing = useRef<Reason<ConsoleKey> | null>(null);
  const trySend = () => {
    if (why) {
      missing.current = reason("said.refused", { what: t("form.send"), why });
      useDesk.getState().say(missing.current, true);
    } else void send();
  };
  // What was missing is said until it is there, and no longer.
  // biome-ignore lint/correctness/useExhaustiveDependencies: it is `why` that changed.
  useEffect(() => {
    const { said, set } = useDesk.getState();
    if (missing.current && said?.text === missing.current) set({ said: null });
    missing.current = null;
  }, [why]);
  useEffect(() => {
    parts.sendForm.current = trySend;
    return () => {
      parts.sendForm.current = null;
    };
  });
  const end = () => {
    if (isEmptyForm(form) && !form.call) useDesk.getState().dropForm(form.id);
    else setEnding(true);
  };
  const keys: KeyBinding[] = [
    { code: "Alt+KeyJ", inFields: true, run: () => first && void acts.calls.link(form, first.known) },
    { code: "Alt+KeyL", inFields: true, run: () => takeThis(theirs) },
    { code: "Alt+KeyQ", inFields: true, run: focusQuestions },
    { code: "Alt+KeyC", inFields: true, run: end },
    { code: "F7", inFields: true, run: () => setHanding(handing === null ? "" : null) },
    ...SERVICE_KEYS.map((code, n) => ({ code, inFields: true, run: () => setHanding(services[n] ?? "") })),
  ];
  useKeys(keys);

  return (
    <form
      className="call-form"
      aria-label={call ? t("title.call") : t("title.newCall")}
      onSubmit={(event) => event.preventDefault()}
      onKeyDown={(event) => {
        // One level back: a question at the form's foot goes first, the form itself only then.
        if (event.code === "Escape" && !event.defaultPrevented && (handing !== null || ending)) {
          event.preventDefault();
          event.stopPropagation();
          setHanding(null);
          setEnding(false);
          focusField("place");
          return;
        }
        // Inside the form the key sends it, whatever else is waiting to be acknowledged.
        if (event.code !== "Enter" || !(event.ctrlKey || event.metaKey)) return;
        event.preventDefault();
        event.stopPropagation();
        trySend();
      }}
    >
      <header className="detail-head">
        <h2>{call?.number ? <Ltr className="num">{call.number}</Ltr> : t("title.newCall")}</h2>
        {call && <span className="muted">{t(`channel.${call.channel}`)}</span>}
        <Timer from={call ? msOf(call.presented_at) : form.openedAt} />
      </header>
      <OpenForms />
      <PendingLines subject={form.call ?? form.id} quiet={["answer", "call"]} never={["draft"]} />

      {call && <Handed call={call} form={form} />}
      <PlaceField form={form} change={change} />
      {call && <CallerPart call={call} form={form} take={takeThis} />}
      {call && <CameWith call={call} />}
      {call && session.acts.has("see_past_calls") && <PastCalls key={call.id} call={call} />}
      {call && writes(call) && <Conversation call={call} />}
      <KindField form={form} change={change} guessed={guessed} />
      <PriorityField form={form} change={change} questions={questions} />
      {questions && (
        <Questions
          set={questions}
          answers={form.answers ?? {}}
          onAnswer={(question, option) => change({ answers: { ...form.answers, [question]: option } })}
        />
      )}
      <Hazards notes={(call?.incident && detail?.premises) || hazards} incident={call?.incident ?? null} />
      {form.point && <PastHere point={form.point} leaveOut={call?.incident ?? null} />}
      <Duplicates form={form} list={duplicates} />
      <div data-field="hazards">
        <Field
          label={t("form.hazards")}
          placeholder={t("form.hazardsHint")}
          maxLength={300}
          value={form.hazards}
          onChange={(event) => change({ hazards: event.currentTarget.value })}
        />
      </div>
      <NarrativeField form={form} change={change} guessed={guessed} />
      <div className="two">
        <Field
          label={t("form.number")}
          dir="ltr"
          inputMode="tel"
          maxLength={40}
          value={form.number}
          onChange={(event) => change({ number: event.currentTarget.value })}
        />
        <Field
          label={t("form.name")}
          maxLength={120}
          value={form.name}
          onChange={(event) => change({ name: event.currentTarget.value })}
        />
      </div>

      {call && !writes(call) && <Conversation call={call} />}
      <PreAlert form={form} />
      {handing !== null ? (
        <TransferPart key={handing} form={form} first={handing} onClose={() => setHanding(null)} />
      ) : ending ? (
        <Choices
          title={t("form.noIncidentWhy")}
          choices={CALL_OUTCOMES.map((outcome) => ({ id: outcome, label: t(`outcome.${outcome}`) }))}
          onPick={(outcome) => void acts.calls.closeCall(form, outcome as CallOutcome)}
          onCancel={() => {
            setEnding(false);
            focusField("place");
          }}
        />
      ) : (
        <div className="form-acts">
          <Button look="primary" keyHint="Ctrl+⏎" disabledReason={why} pending={sending} onClick={() => void send()}>
            {t("form.send")}
          </Button>
          <Button keyHint="Alt+C" onClick={end}>
            {isEmptyForm(form) && !form.call ? t("form.discard") : t("form.noIncident")}
          </Button>
          <Button keyHint="F7" onClick={() => setHanding("")}>
            {t("form.handOver")}
          </Button>
          <Button look="quiet" keyHint="Esc" onClick={() => useDesk.getState().parkForm()}>
            {t("form.park")}
          </Button>
          <SaveState form={form} saving={saving} />
        </div>
      )}
      {first && <span className="visually-hidden">{t("form.join", { n: write(first.number) })}</span>}
    </form>
  );
}

function useKindOptions(text: string, found: Guessed): { options: readonly ComboOption[]; codes: readonly string[] } {
  const { kinds } = useConsole();
  const words = useWords();
  const named = useMemo(() => found.guesses.map((each) => each.code), [found]);
  return useMemo(() => {
    // Names are completed at once, here; what words tell of comes from the dictionary.
    const guessed = [...new Set([...named, ...guessKinds(kinds, text).map((each) => each.code)])];
    const codes =
      guessed.length > 0 ? guessed.slice(0, 8) : text.trim() === "" ? kinds.slice(0, 12).map((each) => each.code) : [];
    return {
      codes,
      options: codes.map((code) => {
        const kind = kinds.find((each) => each.code === code);
        return {
          id: code,
          label: (
            <>
              <PriorityGlyph priority={kind?.priority ?? null} size={18} /> {words.kind(code)}
            </>
          ),
          // The standard's word beside ours: what other systems say.
          hint: kind?.common && <bdi dir="ltr">{kind.common}</bdi>,
        };
      }),
    };
  }, [kinds, text, words, named]);
}

/** Choose a kind; what was proposed at that moment is kept with the call. */
const chosenKind = (code: string, name: string, guessed: Guessed): Partial<CallForm> => ({
  kind: code,
  kindText: name,
  guessed: keptOf(guessed),
});

interface KindProps extends FieldProps {
  readonly guessed: Guessed;
}

function KindField({ form, change, guessed }: KindProps) {
  const words = useWords();
  const { t } = words;
  const typed = form.kind === null ? form.kindText : "";
  const found = useGuessed(typed, form.kind === null);
  const { options } = useKindOptions(typed, found);
  const guess = guessed.guesses[0]?.code ?? null;
  return (
    <Combo
      name="kind"
      label={t("form.kind")}
      text={form.kind === null ? form.kindText : words.kind(form.kind)}
      placeholder={guess ? `${t("form.kindGuess", { kind: words.kind(guess) })} ⏎` : t("form.kindHint")}
      required
      options={options}
      onEnter={() => {
        if (!guess || form.kindText.trim() !== "") return;
        change(chosenKind(guess, words.kind(guess), guessed));
        focusAfterKind();
      }}
      status={t("form.kindCount", { n: options.length })}
      onText={(kindText) => change({ kindText, kind: null })}
      onPick={(code) => {
        change(chosenKind(code, words.kind(code), typed.trim() ? found : guessed));
        focusAfterKind();
      }}
    />
  );
}

const PRIORITIES: readonly Priority[] = [1, 2, 3, 4, 5];

/** A more urgent priority by the answers stands in the form as its choice, until another is chosen. */
function useRaised(form: CallForm, questions: QuestionSet | null, change: FieldProps["change"]): void {
  const { kinds } = useConsole();
  const usual = kinds.find((each) => each.code === form.kind)?.priority ?? null;
  const proposed = questions && usual !== null ? proposedBy(questions, usual, form.answers ?? {}) : null;
  const raised = proposed !== null && usual !== null && proposed < usual ? proposed : null;
  const now = form.raised ?? null;
  useEffect(() => {
    if (raised !== now) change({ raised });
  }, [raised, now, change]);
}

interface PriorityProps extends FieldProps {
  readonly questions: QuestionSet | null;
}

function PriorityField({ form, change, questions }: PriorityProps) {
  const { kinds } = useConsole();
  const { t } = useWords();
  const tc = useT(classifyMessages);
  const { id: write } = useFormats();
  const usual = kinds.find((each) => each.code === form.kind)?.priority ?? null;
  const raised = form.raised ?? null;
  const value = form.priority ?? raised ?? usual;
  const answers = form.answers ?? {};
  const points = questions ? pointsOf(questions, answers) : null;
  const proposed = questions && usual !== null ? proposedBy(questions, usual, answers) : null;
  return (
    <div className="priority-line">
      <span className="field-label">{t("form.priority")}</span>
      <PriorityGlyph priority={value} />
      <Segmented
        label={t("form.priority")}
        value={value === null ? "" : String(value)}
        options={PRIORITIES.map((each) => ({ value: String(each), label: write(each) }))}
        onChange={(to) => change({ priority: Number(to) === (raised ?? usual) ? null : (Number(to) as Priority) })}
      />
      {usual !== null && <span className="muted">{t("form.priorityUsual", { n: usual })}</span>}
      {points !== null && proposed !== null && usual !== null && proposed !== usual && (
        <span className="priority-by" role="status">
          <b>{value === proposed ? tc("ask.raised", { p: proposed }) : tc("ask.proposes", { p: proposed })}</b>{" "}
          <span className="muted">
            {tc("ask.sum", { own: ownPoints(usual), points: `\u2066${points > 0 ? "+" : ""}${write(points)}\u2069` })}
          </span>
          {value !== proposed && (
            <Button onClick={() => change({ priority: proposed === raised ? null : proposed })}>
              {tc("ask.takePriority", { p: proposed })}
            </Button>
          )}
        </span>
      )}
    </div>
  );
}

/** The narrative suggests a kind while there is none: Tab or Enter at its end takes it. */
function NarrativeField({ form, change, guessed }: KindProps) {
  const words = useWords();
  const { t } = words;
  const guess = form.kind === null ? (guessed.guesses[0] ?? null) : null;
  const take = (taken: Guess | null) => {
    if (taken) change(chosenKind(taken.code, words.kind(taken.code), guessed));
  };
  return (
    <div className="narrative">
      <TextArea
        label={t("form.narrative")}
        rows={3}
        maxLength={WORDS_MOST}
        hint={form.narrative.length >= WORDS_MOST ? t("words.full", { n: WORDS_MOST }) : undefined}
        value={form.narrative}
        onChange={(event) => change({ narrative: event.currentTarget.value })}
        onKeyDown={(event) => {
          if (!guess || event.shiftKey || event.ctrlKey || event.altKey) return;
          if (event.code !== "Tab" && event.code !== "Enter") return;
          event.preventDefault();
          take(guess);
        }}
      />
      {form.kind === null && <Proposal guessed={guessed} onTake={take} />}
      <PlateInNarrative narrative={form.narrative} onNarrative={(narrative) => change({ narrative })} />
    </div>
  );
}

const RATE_AFTER_MS = 250;

/** What the server says this call may be about; asked again when the call tells more, and while others call. */
function useDuplicates(form: CallForm): readonly Duplicate[] {
  const { api, world } = useApp();
  const now = useEvery(15);
  const [rated, setRated] = useState<readonly Rated[]>([]);
  const { point, accuracy, kind, narrative, number, call } = form;
  const asks = point !== null || number.trim() !== "";
  // biome-ignore lint/correctness/useExhaustiveDependencies: time goes on, and so do others' calls.
  useEffect(() => {
    if (!asks) {
      setRated([]);
      return;
    }
    const stop = new AbortController();
    const timer = setTimeout(() => {
      const body = { point, accuracy_m: accuracy, kind, text: narrative, number: number.trim() || null, call };
      api.post<{ incidents: readonly Rated[] }>("/v1/calls/similar", body, stop.signal).then(
        ({ incidents }) => setRated(incidents),
        // Without an answer the last one stands: a proposal is help, and the form works without it.
        () => undefined,
      );
    }, RATE_AFTER_MS);
    return () => {
      clearTimeout(timer);
      stop.abort();
    };
  }, [api, asks, point, accuracy, kind, narrative, number, call, now]);
  // Of hundreds of changes a second only those of the incidents named here concern the form.
  return useDerived(world.incident, () => held(rated, (id) => world.incident.get(id)), [rated], sameDuplicates);
}

function Duplicates({ form, list }: { readonly form: CallForm; readonly list: readonly Duplicate[] }) {
  const { acts } = useConsole();
  const words = useWords();
  const { t } = words;
  const first = bestOf(list);
  const same = list.filter((each) => each.proposed);
  const other = list.filter((each) => !each.proposed);
  if (list.length === 0) return null;
  const why = (each: Duplicate): string =>
    [
      each.same_number ? t("form.sameNumber") : null,
      each.kind === "same" ? t("form.sameKind") : each.kind === "family" ? t("form.likeKind") : null,
      each.words.length > 0 ? t("form.sameWords", { words: listText(t, each.words) }) : null,
      each.callers > 1 ? t("form.callers", { n: each.callers }) : null,
    ]
      .filter((part) => part !== null)
      .join(" · ");
  const line = (each: Duplicate): string =>
    t("form.duplicate", {
      n: each.number,
      kind: words.kind(each.known.kind),
      distance: each.apart_m === null ? t("value.none") : distanceText(t, each.apart_m as Metres),
      span: spanText(t, each.apart_s),
    });
  return (
    <section className="duplicates" aria-label={t(same.length > 0 ? "title.duplicates" : "title.nearby")}>
      {same.length > 0 && <h3>{t("title.duplicates")}</h3>}
      <ul>
        {same.map((each) => (
          <li key={each.incident} className="offer-line">
            <PriorityGlyph priority={each.known.priority} size={18} />
            <span>
              {line(each)}
              {why(each) !== "" && <b> · {why(each)}</b>}
            </span>
            <Button
              keyHint={each === first ? "Alt+J" : undefined}
              onClick={() => void acts.calls.link(form, each.known)}
            >
              {t("form.join", { n: each.number })}
            </Button>
          </li>
        ))}
      </ul>
      {other.length > 0 && (
        <p className="muted">{t("form.otherNear", { list: other.map((each) => line(each)).join("؛ ") })}</p>
      )}
    </section>
  );
}

/** The unit that was warned while the caller still speaks. */
function PreAlert({ form }: { readonly form: CallForm }) {
  const { world } = useApp();
  const { t } = useWords();
  const call = useItem(world.call, form.call);
  const incident = useItem(world.incident, call?.incident);
  const warned = incident?.draft ? activeAssignments(incident) : [];
  let content: ReactNode = t(form.point && form.kind ? "form.preAlertNobody" : "form.preAlertNone");
  if (warned.length > 0)
    content = warned.map((each) => (
      <b key={each.id} className="pre-alert-unit">
        {t("form.preAlert", {
          unit: `\u2066${each.call_sign}\u2069`,
          eta: each.travel_time_s === null ? t("rec.noTime") : spanText(t, each.travel_time_s),
        })}
      </b>
    ));
  return (
    <p className="pre-alert" data-some={warned.length > 0 || undefined} role="status">
      {content}
    </p>
  );
}

type Saving = { readonly state: "idle" | "saving" | "failed"; readonly why: string | null };

/** Send the draft when typing pauses; what could not be sent stays here and is tried again with the next change. */
function useAutosave(form: CallForm): Saving {
  const { acts } = useConsole();
  const { t } = useWords();
  const [saving, setSaving] = useState<Saving>({ state: "idle", why: null });
  const body = JSON.stringify(draftOf(form));
  const caller = JSON.stringify(callerOf(form));
  const dirty = (body !== "{}" && body !== form.saved) || isCallerNew(form);
  // biome-ignore lint/correctness/useExhaustiveDependencies: `body` and `caller` are what counts; each change winds the clock again.
  useEffect(() => {
    if (!dirty) {
      setSaving({ state: "idle", why: null });
      return;
    }
    const timer = setTimeout(() => {
      setSaving({ state: "saving", why: null });
      acts.calls.saveDraft(form.id).then(
        () => setSaving({ state: "idle", why: null }),
        (error: unknown) => setSaving({ state: "failed", why: problemText(t, asProblem(error)) }),
      );
    }, SAVE_MS);
    return () => clearTimeout(timer);
  }, [body, caller, dirty, form.id, acts]);
  return saving;
}

function SaveState({ form, saving }: { readonly form: CallForm; readonly saving: Saving }) {
  const { t } = useWords();
  const { timeSeconds } = useFormats();
  if (saving.state === "failed")
    return (
      <span className="save-state" data-bad="true" role="alert">
        {t("form.saveFailed", { why: saving.why ?? "" })}
      </span>
    );
  return (
    <span className="save-state muted num">
      {saving.state === "saving"
        ? t("form.saving")
        : form.savedAt !== null
          ? t("form.saved", { time: timeSeconds(form.savedAt) })
          : t("form.savedHere")}
    </span>
  );
}
