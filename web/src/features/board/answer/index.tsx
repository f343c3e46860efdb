import { useState } from "react";
import { asProblem, type Problem } from "../../../api/problem";
import { useApp, useItem, useLink, useReference, useVersion } from "../../../app/hooks";
import { isOpen, isStanding } from "../../../core/selectors";
import type { OfficeId } from "../../../core/units";
import type { Alarm, Office, Tier } from "../../../core/views";
import { useNamed, useT } from "../../../i18n/hooks";
import { Button, Choice, ErrorState, TextArea } from "../../../ui";
import { whyNotAcknowledge } from "../logic";
import { handsOf, targetsOf } from "./logic";
import { messages } from "./messages";
import "./answer.css";

/** A desk's answer to an incident that climbed to it or was given to it: take the alarm, hand it on or back, write a note. */
export function Answer({ id, tier }: { readonly id: string; readonly tier: Tier }) {
  const app = useApp();
  const t = useT(messages);
  const named = useNamed();
  const { session, offices } = useReference();
  const link = useLink();
  const incident = useItem(app.world.incident, id);
  useVersion(app.world.alarm as never);
  const [said, setSaid] = useState<"answer.done" | "answer.noted" | null>(null);
  const [sending, setSending] = useState(false);
  const [problem, setProblem] = useState<Problem | null>(null);
  const own = session.office as OfficeId | null;
  if (!incident || own === null) return null;
  const may = (act: string) => session.acts.has(act);
  const alarms = [...app.world.alarm.values()].filter(
    (each): each is Alarm => each.incident === id && isStanding(each) && !whyNotAcknowledge(each, tier, link.state),
  );
  const hands = may("delegate") && isOpen(incident) ? handsOf(incident, own, offices) : [];
  const targets = may("delegate") && isOpen(incident) ? targetsOf(incident, own, offices) : [];
  const lost = link.state === "lost" || link.state === "signed_out" ? t("link.lost") : null;
  if (alarms.length === 0 && hands.length === 0 && targets.length === 0 && !may("add_note")) return null;
  const act = async (
    path: string,
    body: object,
    action: string,
    subject: string,
    words: "answer.done" | "answer.noted",
  ) => {
    setSending(true);
    setProblem(null);
    setSaid(null);
    try {
      await app.api.command(path, body, { action, subjects: [subject] });
      setSaid(words);
      return true;
    } catch (error) {
      setProblem(asProblem(error));
      return false;
    } finally {
      setSending(false);
    }
  };
  const about = `/v1/incidents/${encodeURIComponent(id)}`;
  return (
    <section className="answer" aria-label={t("answer.title")}>
      <h3>{t("answer.title")}</h3>
      <div className="answer-do">
        {alarms.map((alarm) => (
          <Button
            key={alarm.id}
            look="primary"
            pending={sending}
            disabledReason={lost}
            onClick={() =>
              void act(
                `/v1/alarms/${encodeURIComponent(alarm.id)}/acknowledge`,
                {},
                "acknowledge",
                alarm.id,
                "answer.done",
              )
            }
          >
            {t("answer.take", { what: t(`alarm.${alarm.cause}`) })}
          </Button>
        ))}
        {hands.map((hand) => {
          const office = offices.find(hand.office);
          return (
            <Button
              key={`${hand.act} ${hand.office}`}
              pending={sending}
              disabledReason={lost}
              title={t(`${hand.word}Hint`)}
              onClick={() =>
                void act(`${about}/taskings`, { act: hand.act, office: hand.office }, "tasking", id, "answer.done")
              }
            >
              {t(hand.word, { office: office ? named(office.name) : hand.office })}
            </Button>
          );
        })}
      </div>
      {targets.length > 0 && (
        <Give
          targets={targets.map((each) => offices.find(each) ?? { id: each, name: { fa: each, en: each } })}
          pending={sending}
          why={lost}
          onGive={(office) => act(`${about}/taskings`, { act: "delegate", office }, "tasking", id, "answer.done")}
        />
      )}
      {may("add_note") && (
        <Note
          pending={sending}
          why={lost}
          onSend={(text) => act(`${about}/notes`, { text }, "note", id, "answer.noted")}
        />
      )}
      <p role="status" className="muted">
        {said && t(said)}
      </p>
      {problem && <ErrorState problem={problem} />}
    </section>
  );
}

/** Another station may be nearer, or have the people: it works on it, and this desk can take it back. */
function Give({
  targets,
  pending,
  why,
  onGive,
}: {
  readonly targets: readonly Pick<Office, "id" | "name">[];
  readonly pending: boolean;
  readonly why: string | null;
  readonly onGive: (office: string) => Promise<boolean>;
}) {
  const t = useT(messages);
  const named = useNamed();
  const [to, setTo] = useState("");
  return (
    <div className="answer-give">
      <Choice
        label={t("answer.to")}
        value={to}
        options={[["", t("answer.choose")], ...targets.map((each) => [each.id, named(each.name)] as const)]}
        onChange={setTo}
      />
      <Button
        pending={pending}
        disabledReason={why ?? (to === "" ? t("answer.why.whom") : null)}
        title={t("answer.upHint")}
        onClick={() => void onGive(to).then((done) => done && setTo(""))}
      >
        {t("answer.give")}
      </Button>
    </div>
  );
}

function Note({
  pending,
  why,
  onSend,
}: {
  readonly pending: boolean;
  readonly why: string | null;
  readonly onSend: (text: string) => Promise<boolean>;
}) {
  const t = useT(messages);
  const [text, setText] = useState("");
  const words = text.trim();
  return (
    <form
      className="answer-note"
      onSubmit={(event) => {
        event.preventDefault();
        // What was refused is still there to be mended.
        if (words && !why) void onSend(words).then((done) => done && setText(""));
      }}
    >
      <TextArea
        label={t("answer.note")}
        hint={t("answer.noteHint")}
        rows={2}
        maxLength={2000}
        value={text}
        onChange={(event) => setText(event.currentTarget.value)}
      />
      <Button type="submit" pending={pending} disabledReason={why ?? (words ? null : t("answer.why.empty"))}>
        {t("answer.addNote")}
      </Button>
    </form>
  );
}
