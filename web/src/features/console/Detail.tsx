import { useCallback, useEffect, useMemo, useRef, useState } from "react";
import { getDetail } from "../../api/reads";
import { useEveryOffer } from "../../app/everyOffer";
import { useApp, useItem, useLoad, useReference } from "../../app/hooks";
import { reason } from "../../core/reasons";
import { activeAssignments, isEnded, isOpen, stageOf, TIERS_UPWARD } from "../../core/selectors";
import type { IncidentId } from "../../core/units";
import { msOf } from "../../core/units";
import type { Detail, Incident, Priority } from "../../core/views";
import { useFormats, useT } from "../../i18n/hooks";
import {
  Button,
  Combo,
  ErrorState,
  Ltr,
  PriorityGlyph,
  reasonText,
  Segmented,
  TextArea,
  Timer,
  useKeys,
} from "../../ui";
import { AssignmentCard } from "./Assignments";
import { DISPOSITIONS } from "./acts/incidents";
import { Beside } from "./beside/Beside";
import { Choices } from "./Choices";
import { PastCalls } from "./caller/PastCalls";
import { messages as callerMessages } from "./callers/messages";
import { AnswersPart } from "./classify/Answers";
import { PlanLine } from "./classify/PlanLine";
import { useConsole, useMay, useWords } from "./context";
import { CordonLine } from "./cordon/CordonPane";
import { AddHazard, Hazards } from "./hazards/Hazards";
import { PastHere } from "./hazards/Past";
import { HoldButton, HoldPart } from "./hold/HoldPart";
import { hasWords } from "./hold/logic";
import { JoinedLine, JoinOther } from "./join/JoinPart";
import { guessKinds } from "./kinds";
import { LongWords } from "./LongWords";
import { Offices } from "./Offices";
import { SheetButton } from "./paper/SheetButton";
import { PendingLines } from "./parts";
import { PlaybackButton } from "./playback/Playback";
import { Recommended } from "./Recommended";
import { isLowered, whyNotCancel, whyNotChange, whyNotClose, whyNotPriority, whyNotReopen } from "./rules";
import { BackupAsked } from "./scene/BackupAsked";
import { ScenePart } from "./scene/ScenePart";
import { AskedServices } from "./services/Services";
import { AwaitsLine } from "./soon/FreeSoon";
import { useDesk } from "./store";
import { TimelineSection } from "./Timeline";
import { IncidentTalk } from "./talk/Talk";

const WORDS_MOST = 4000;
// The others are in the list of callers.
const CALLERS_SHOWN = 3;

/** The personal part comes with the stream where this seat may see it; otherwise it is asked for once. */
function useDetail(id: IncidentId): { detail: Detail | null; failed: ReturnType<typeof useLoad<Detail | null>> } {
  const { world, api } = useApp();
  const streamed = useItem(world.detail, id);
  const has = streamed !== undefined;
  const failed = useLoad<Detail | null>(() => (has ? Promise.resolve(null) : getDetail(api, id)), [id, has]);
  return { detail: streamed ?? failed.value, failed };
}

export function IncidentDetail({ incident }: { readonly incident: Incident }) {
  const words = useWords();
  const { t } = words;
  const { id: write, timeSeconds } = useFormats();
  const { detail, failed } = useDetail(incident.id);
  const callersT = useT(callerMessages);
  const { session } = useReference();
  const stage = stageOf(incident);
  const running = activeAssignments(incident);
  const whole = useEveryOffer(incident);
  const ended = whole.assignments.filter(isEnded);
  const open = isOpen(incident);
  const root = useRef<HTMLDivElement>(null);
  return (
    <div className="detail" ref={root}>
      <header className="detail-head">
        <PriorityGlyph priority={incident.priority} size={26} />
        <h2 className="detail-title">
          {words.kind(incident.kind, incident.created_at)} <span className="muted">{write(incident.number)}</span>
        </h2>
        <span className="detail-status">{incident.hold ? t("stage.held") : t(`status.${incident.status}`)}</span>
        <Timer from={stage.since} warnAt={stage.warnAt} breachAt={stage.breachAt} />
      </header>
      {open && <Beside incident={incident.id} />}
      <PendingLines subject={incident.id} quiet={["send"]} />
      <dl className="facts">
        <dt>{t("field.address")}</dt>
        <dd>
          <bdi>{incident.place || t("incident.placeUnknown")}</bdi>
        </dd>
        {incident.waiting_reason && (
          <>
            <dt>{t("field.waiting")}</dt>
            <dd>
              <b>{words.waiting(incident.waiting_reason)}</b>
              <AwaitsLine incident={incident} />
            </dd>
          </>
        )}
        {detail?.callers.slice(0, CALLERS_SHOWN).map((caller, n) => (
          <Fact key={caller.call} name={t("field.caller")}>
            <span className="fact-line">
              <span>
                {caller.name && <bdi>{caller.name} </bdi>}
                <Ltr className="num">{caller.number ?? caller.callback ?? t("value.unknownCaller")}</Ltr>
              </span>
              {n === 0 && session.acts.has("see_call") && (
                <Button look="quiet" keyHint="G" onClick={() => useDesk.getState().show("callers")}>
                  {callersT("callers.all", { n: incident.calls })}
                </Button>
              )}
            </span>
            <CallerPast call={caller.call} />
            {caller.number && caller.callback && (
              <>
                {" "}
                <span className="muted">{t("field.callback")}</span> <Ltr className="num">{caller.callback}</Ltr>
              </>
            )}
          </Fact>
        ))}
        {detail?.hazards && (
          <Fact name={t("field.hazards")}>
            <b className="hazard">{detail.hazards}</b>
          </Fact>
        )}
        {detail?.narrative && (
          <Fact name={t("field.narrative")}>
            <LongWords text={detail.narrative} />
          </Fact>
        )}
        <Fact name={t("field.station")}>
          {words.office(incident.station)}
          {incident.units_needed > 0 && (
            <span className="muted">
              {" "}
              ·{" "}
              {t("field.needsText", {
                have: incident.units_needed - incident.units_missing,
                need: incident.units_needed,
              })}
            </span>
          )}
          {incident.calls > 1 && <span className="muted"> · {t("field.calls.n", { n: incident.calls })}</span>}
        </Fact>
        {open && <PlanLine incident={incident} />}
        <AskedServices incident={incident} />
        {incident.keeper && <Fact name={t("field.keeper")}>{words.person(incident.keeper)}</Fact>}
        {incident.escalated_to && (
          <Fact name={t("title.alarms")}>
            <b>{t("field.escalated", { tier: t(`tier.${incident.escalated_to}`) })}</b>
          </Fact>
        )}
        {incident.disposition && <Fact name={t("field.outcome")}>{words.disposition(incident.disposition)}</Fact>}
      </dl>
      {!detail && failed.problem && <ErrorState problem={failed.problem} onRetry={failed.again} />}

      {open && <Hazards notes={detail?.premises ?? []} incident={incident.id} mayRemove />}
      {open && !incident.draft && incident.kind && <AnswersPart incident={incident} detail={detail} />}
      <JoinedLine incident={incident} />
      <HoldPart incident={incident} detail={detail} />
      <CordonLine incident={incident} />
      <BackupAsked incident={incident} />
      {running.length > 0 && (
        <section aria-label={t("title.assignments")}>
          <h3>{t("title.assignments")}</h3>
          {running.map((each) => (
            <AssignmentCard key={each.id} assignment={each} incident={incident} />
          ))}
        </section>
      )}
      {open && !incident.draft && incident.point && (
        <Recommended incident={incident} recorded={detail?.recommendation ?? null} />
      )}
      <IncidentActs incident={incident} />
      <Notes incident={incident} detail={detail} />
      <TimelineSection incident={whole} />
      <IncidentTalk incident={incident} />
      <ScenePart incident={incident} detail={detail} />
      {incident.point && <PastHere point={incident.point} leaveOut={incident.id} keyHint="I" />}
      {open && incident.point && <AddHazard point={incident.point} address={incident.place} />}
      <Offices incident={incident} />
      {ended.length > 0 && (
        <section aria-label={t("title.ended")}>
          <h3>{t("title.ended")}</h3>
          {whole.offers_left_out ? <p className="muted">{t("offers.leftOut", { n: whole.offers_left_out })}</p> : null}
          <ul className="ended-list">
            {ended.map((each) => (
              <li key={each.id}>
                <Ltr className="unit-sign">{each.call_sign}</Ltr> {t(`assignment.${each.state}`)}
                {each.reason && each.reason !== each.state && (
                  <span className="muted"> — {words.reason(each.reason)}</span>
                )}
                {each.ended_at && <span className="muted num"> {timeSeconds(msOf(each.ended_at))}</span>}
              </li>
            ))}
          </ul>
        </section>
      )}
      <div className="act-line">
        {incident.assignments.some((each) => (each.sent_at ?? each.accepted_at ?? each.on_scene_at) !== null) && (
          <PlaybackButton subject={{ incident: incident.id, number: incident.number }} />
        )}
        <SheetButton incident={incident.id} />
      </div>
      <p className="muted seen-line">
        {TIERS_UPWARD.filter((tier) => incident.seen[tier]).map((tier) => (
          <span key={tier}>
            {t("field.seen")} · {t(`tier.${tier}`)}{" "}
            <span className="num">{timeSeconds(msOf(incident.seen[tier] ?? null) ?? 0)}</span>{" "}
          </span>
        ))}
      </p>
    </div>
  );
}

/** What this caller's number called about before, where this seat sees calls. */
function CallerPast({ call: id }: { readonly call: string }) {
  const { world } = useApp();
  const call = useItem(world.call, id);
  return call ? <PastCalls call={call} /> : null;
}

function Fact({ name, children }: { readonly name: string; readonly children: React.ReactNode }) {
  return (
    <>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </>
  );
}

const PRIORITIES: readonly Priority[] = [1, 2, 3, 4, 5];
type Asking = "cancel" | "reopen" | "kind" | { readonly lower: Priority } | null;

function IncidentActs({ incident }: { readonly incident: Incident }) {
  const { acts, fly } = useConsole();
  const words = useWords();
  const { t } = words;
  const { id: write } = useFormats();
  const closing = useDesk((desk) => desk.closing);
  const moving = useDesk((desk) => desk.moving);
  const [asking, setAsking] = useState<Asking>(null);
  const set = useDesk((desk) => desk.set);
  const say = (why: Parameters<typeof reasonText>[1]) => reasonText(t as never, why as never);
  const may = useMay();
  const open = isOpen(incident);
  const whyNot = {
    change: say(whyNotChange(incident)),
    cancel: may("close") ?? say(whyNotCancel(incident)),
    reopen: may("close") ?? say(whyNotReopen(incident)),
  };
  const act = {
    kind: () => setAsking(asking === "kind" ? null : "kind"),
    move: () => set({ moving: !moving }),
    cancel: () => setAsking("cancel"),
    reopen: () => setAsking("reopen"),
  };
  // A key that cannot act now says why, as its button does.
  const byKey = (what: string, why: string | null, run: () => void) => () =>
    why === null ? run() : useDesk.getState().say(reason("said.refused", { what, why }), true);
  useKeys([
    { code: "KeyQ", run: byKey(t("act.kind"), whyNot.change, act.kind) },
    { code: "KeyL", run: byKey(t("act.movePlace"), whyNot.change, act.move) },
    { code: "KeyX", run: byKey(t("act.cancel"), whyNot.cancel, act.cancel) },
    { code: "KeyE", run: byKey(t("act.reopen"), whyNot.reopen, act.reopen) },
  ]);
  return (
    <section className="incident-acts" aria-label={t("act.more")}>
      <div className="act-line">
        <span className="field-label">{t("act.priority")}</span>
        <Segmented
          label={t("act.priority")}
          value={incident.priority === null ? "" : String(incident.priority)}
          options={PRIORITIES.map((each) => ({ value: String(each), label: write(each) }))}
          onChange={(to) => {
            const priority = Number(to) as Priority;
            const why = whyNotPriority(incident, priority);
            if (why) useDesk.getState().say({ key: why.key, values: why.values ?? {} } as never, true);
            else if (isLowered(incident, priority)) setAsking({ lower: priority });
            else void acts.incidents.priority(incident, priority);
          }}
        />
        <Button keyHint="Q" disabledReason={whyNot.change} onClick={act.kind}>
          {t("act.kind")}
        </Button>
        <Button keyHint="L" disabledReason={whyNot.change} pending={moving} onClick={act.move}>
          {moving ? t("act.stopMove") : t("act.movePlace")}
        </Button>
        <Button
          keyHint="C"
          disabledReason={incident.draft || !incident.point ? t("why.noPlaceYet") : say(whyNotChange(incident))}
          onClick={() => useDesk.getState().show("cordon")}
        >
          {t("act.cordon")}
        </Button>
        <JoinOther incident={incident} />
        <Button
          keyHint="M"
          disabledReason={incident.point ? null : t("why.noPlaceYet")}
          onClick={() => incident.point && fly(incident.point, 16)}
        >
          {t("act.show")}
        </Button>
      </div>
      {typeof asking === "object" && asking && (
        <AskWhy
          key={asking.lower}
          label={t("act.lowerWhy", { p: asking.lower })}
          act={t("act.lower", { p: asking.lower })}
          needed
          onDone={(why) => {
            setAsking(null);
            if (why !== null) void acts.incidents.priority(incident, asking.lower, why);
          }}
        />
      )}
      {moving && <p className="hint-line">{t("act.placePick")}</p>}
      {asking === "kind" && <KindChange incident={incident} onDone={() => setAsking(null)} />}
      <div className="act-line">
        {open ? (
          <>
            <Button
              keyHint="F10"
              disabledReason={may("close") ?? say(whyNotClose(incident))}
              onClick={() => set({ closing: !closing })}
            >
              {t("act.close")}
            </Button>
            <Button keyHint="X" disabledReason={whyNot.cancel} onClick={act.cancel}>
              {t("act.cancel")}
            </Button>
            <HoldButton incident={incident} />
          </>
        ) : (
          <Button keyHint="E" disabledReason={whyNot.reopen} onClick={act.reopen}>
            {t("act.reopen")}
          </Button>
        )}
      </div>
      {closing && open && !may("close") && !whyNotClose(incident) && (
        <ChooseDisposition
          title={t("disposition.choose")}
          onPick={(code) => {
            set({ closing: false });
            void acts.incidents.close(incident, code);
          }}
          onCancel={() => set({ closing: false })}
        />
      )}
      {(asking === "cancel" || asking === "reopen") && (
        <AskWhy
          label={asking === "cancel" ? t("act.cancelWhy") : t("act.reopenWhy")}
          act={asking === "cancel" ? t("act.cancel") : t("act.reopen")}
          onDone={(why) => {
            setAsking(null);
            if (why === null) return;
            void (asking === "cancel" ? acts.incidents.cancel(incident, why) : acts.incidents.reopen(incident, why));
          }}
        />
      )}
    </section>
  );
}

const WITHOUT = "";

/** Thirteen ways to end, the first nine with a digit. */
export function ChooseDisposition({
  title,
  onPick,
  onCancel,
  onWithout,
}: {
  readonly title: string;
  readonly onPick: (code: string) => void;
  readonly onCancel: () => void;
  readonly onWithout?: () => void;
}) {
  const words = useWords();
  const choices = [
    ...DISPOSITIONS.map((code) => ({ id: code as string, label: words.disposition(code) })),
    ...(onWithout ? [{ id: WITHOUT, label: words.t("disposition.without") }] : []),
  ];
  return (
    <Choices
      title={title}
      choices={choices}
      onPick={(code) => (code === WITHOUT ? onWithout?.() : onPick(code))}
      onCancel={onCancel}
    />
  );
}

/** One line of words, then Enter. */
function AskWhy({
  label,
  act,
  needed,
  onDone,
}: {
  readonly label: string;
  readonly act: string;
  /** It is not done without a reason. */
  readonly needed?: boolean;
  readonly onDone: (why: string | null) => void;
}) {
  const { t } = useWords();
  const [why, setWhy] = useState("");
  const short = needed && !hasWords(why) ? t("cmd.need.why") : null;
  const done = () => !short && onDone(why.trim());
  return (
    <div className="ask-why">
      <input
        className="input"
        dir="auto"
        // biome-ignore lint/a11y/noAutofocus: it opens because its button was pressed.
        autoFocus
        aria-label={label}
        placeholder={label}
        maxLength={300}
        value={why}
        onChange={(event) => setWhy(event.currentTarget.value)}
        onKeyDown={(event) => {
          if (event.code === "Enter") done();
          else if (event.code === "Escape") onDone(null);
          else return;
          event.preventDefault();
          event.stopPropagation();
        }}
      />
      <Button look="primary" keyHint="⏎" disabledReason={short} onClick={done}>
        {act}
      </Button>
      <Button look="quiet" keyHint="Esc" onClick={() => onDone(null)}>
        {t("do.cancel")}
      </Button>
    </div>
  );
}

function KindChange({ incident, onDone }: { readonly incident: Incident; readonly onDone: () => void }) {
  const { acts, kinds } = useConsole();
  const words = useWords();
  const { t } = words;
  const [text, setText] = useState("");
  const box = useRef<HTMLInputElement>(null);
  useEffect(() => box.current?.focus(), []);
  const options = useMemo(() => {
    const codes = text.trim() ? guessKinds(kinds, text).map((each) => each.code) : kinds.map((each) => each.code);
    return codes.slice(0, 10).map((code) => ({ id: code, label: words.kind(code) }));
  }, [text, kinds, words]);
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: Escape leaves it, once its list is closed.
    <div
      onKeyDown={(event) => {
        if (event.code !== "Escape") return;
        event.stopPropagation();
        onDone();
      }}
    >
      <Combo
        label={t("act.kind")}
        hideLabel
        inputRef={box}
        text={text}
        placeholder={t("form.kindHint")}
        options={options}
        onText={setText}
        onPick={(code) => {
          onDone();
          if (code !== incident.kind) void acts.incidents.kind(incident, code);
        }}
      />
    </div>
  );
}

function Notes({ incident, detail }: { readonly incident: Incident; readonly detail: Detail | null }) {
  const { acts } = useConsole();
  const { t } = useWords();
  const { timeSeconds } = useFormats();
  const [text, setText] = useState("");
  const add = useCallback(async () => {
    const words = text.trim();
    if (words && (await acts.incidents.note(incident, words))) setText("");
  }, [acts, incident, text]);
  return (
    <section aria-label={t("title.notes")}>
      <h3>{t("title.notes")}</h3>
      {detail && detail.notes.length > 0 && (
        <ul className="notes">
          {detail.notes.map((note) => (
            <li key={`${note.at}${note.text}`}>
              <span className="num muted">{timeSeconds(msOf(note.at))}</span> <LongWords text={note.text} />
            </li>
          ))}
        </ul>
      )}
      <div className="note-new">
        <TextArea
          id="note-new"
          label={t("act.note")}
          hideLabel
          rows={1}
          placeholder={t("act.note")}
          maxLength={WORDS_MOST}
          hint={text.length >= WORDS_MOST ? t("words.full", { n: WORDS_MOST }) : undefined}
          value={text}
          onChange={(event) => setText(event.currentTarget.value)}
          onKeyDown={(event) => {
            if (event.code === "Enter" && !event.shiftKey) {
              event.preventDefault();
              event.stopPropagation();
              void add();
            }
          }}
        />
        <Button keyHint="⏎" disabledReason={text.trim() ? null : t("why.noText")} onClick={() => void add()}>
          {t("act.addNote")}
        </Button>
      </div>
    </section>
  );
}
