import { useEffect, useRef, useState } from "react";
import { asProblem } from "../../../api/problem";
import { useApp, useEvery } from "../../../app/hooks";
import type { Metres } from "../../../core/units";
import { distanceM, msOf } from "../../../core/units";
import type { Call, CallLocation } from "../../../core/views";
import { distanceText, problemText, spanText, useT } from "../../../i18n/hooks";
import { Button, useKeys } from "../../../ui";
import type { CallForm } from "../store";
import { proposedOf, shownOf } from "./estimates";
import type { CallerKey } from "./messages";
import { ANSWERS, messages } from "./messages";
import "./caller.css";

const SHOWN = 4;
// A place that moved less is the same place to whoever sends somebody there.
const MOVED_M = 100;

interface Props {
  readonly call: Call;
  readonly form: CallForm;
  readonly take: (location: CallLocation) => void;
}

/** What the caller's side told by itself: how they want to be treated, and where they may be. */
export function CallerPart({ call, form, take }: Props) {
  const t = useT(messages);
  const marks = new Map(call.data);
  return (
    <section className="caller-part" aria-label={t("caller.places")}>
      {(call.is_test || marks.has("silent") || marks.has("no-voice")) && (
        <p className="caller-marks">
          {call.is_test && <b>{t("caller.test")}</b>}
          {marks.has("silent") && <b>{t("caller.silent")}</b>}
          {marks.has("no-voice") && <b>{t("caller.noVoice")}</b>}
        </p>
      )}
      <Places call={call} form={form} take={take} />
      <Moved call={call} form={form} />
    </section>
  );
}

function Places({ call, form, take }: Props) {
  const t = useT(messages);
  useEvery(10);
  const { clock } = useApp();
  const shown = shownOf(call);
  const best = proposedOf(call);
  if (shown.length === 0) return null;
  return (
    <ul className="caller-places">
      {shown.slice(0, SHOWN).map((each) => {
        const age = Math.max(0, (clock.now() - msOf(each.measured_at ?? each.at)) / 1000);
        const within =
          each.accuracy_m === null
            ? t("caller.noAccuracy")
            : t("caller.within", { distance: distanceText(t, each.accuracy_m) });
        const taken = each.point !== null && form.point !== null && distanceM(each.point, form.point) < 1;
        return (
          <li
            key={`${each.source}:${each.at}:${each.civic}:${each.point?.join()}:${each.accuracy_m}`}
            data-best={each === best || undefined}
          >
            <span>
              <b>{t.maybe(`caller.source.${each.source}`) ?? each.source}</b>{" "}
              {each.point === null ? t("caller.only") : within}
              {" · "}
              {t("caller.ago", { span: spanText(t, age) })}
              {each === best && <b className="caller-best"> · {t("caller.proposed")}</b>}
              {!each.trusted && <b className="caller-doubt"> · {t("caller.untrusted")}</b>}
              {each.civic && <span className="caller-civic">{each.civic}</span>}
            </span>
            {each.point !== null &&
              (taken ? (
                <b>{t("caller.taken")}</b>
              ) : (
                <Button keyHint={each === best ? "Alt+L" : undefined} onClick={() => take(each)}>
                  {t("caller.take")}
                </Button>
              ))}
          </li>
        );
      })}
      {shown.length > SHOWN && <li className="muted">{t("caller.more", { n: shown.length - SHOWN })}</li>}
    </ul>
  );
}

/** The point that was chosen stands; that the telephone now says something else is said once for each such place. */
function Moved({ call, form }: { readonly call: Call; readonly form: CallForm }) {
  const t = useT(messages);
  const best = proposedOf(call);
  const chosen = useRef<{ point: CallForm["point"]; known: CallLocation | null }>({ point: null, known: null });
  if (chosen.current.point !== form.point) chosen.current = { point: form.point, known: best };
  const { point, known } = chosen.current;
  const came = best?.point && point && best !== known && best.at !== known?.at ? distanceM(best.point, point) : 0;
  return (
    <p className="caller-moved" role="status" hidden={came < MOVED_M}>
      {came >= MOVED_M && t("caller.moved", { distance: distanceText(t, came as Metres) })}
    </p>
  );
}

interface Link {
  readonly url: string;
  readonly code: string;
  readonly sent: boolean;
}

/** Whether writing is how this caller came: then it stands above, otherwise below and folded. It never moves meanwhile. */
export const writes = (call: Call): boolean =>
  call.channel === "sos" || call.channel === "sms" || call.channel === "web";

export function Conversation({ call }: { readonly call: Call }) {
  const t = useT(messages);
  const { api } = useApp();
  const [draft, setDraft] = useState("");
  const [link, setLink] = useState<Link | null>(null);
  const [why, setWhy] = useState<string | null>(null);
  const field = useRef<HTMLInputElement>(null);
  const box = useRef<HTMLDetailsElement>(null);
  const end = useRef<HTMLLIElement>(null);
  const count = call.texts.length;
  // The newest message is in sight without the page moving.
  useEffect(() => {
    if (count > 0) end.current?.parentElement?.scrollTo({ top: 1e6 });
  }, [count]);
  const ask = async <T,>(path: string, body: unknown, action: string): Promise<T | null> => {
    setWhy(null);
    try {
      return await api.command<T>(`/v1/calls/${encodeURIComponent(call.id)}/${path}`, body, {
        action,
        subjects: [call.id],
        retries: 2,
      });
    } catch (error) {
      setWhy(problemText(t, asProblem(error)));
      return null;
    }
  };
  const send = (text: string) => {
    if (text.trim() === "") return;
    void ask("texts", { text: text.trim() }, "text").then(
      (done) => done && setDraft((now) => (now === text ? "" : now)),
    );
  };
  const askPlace = () => void ask<Link>("place-link", {}, "placeLink").then((made) => made && setLink(made));
  const write = () => {
    if (box.current) box.current.open = true;
    field.current?.focus();
  };
  const opened = call.place_link?.opened_at ?? null;
  const revoked = call.place_link?.revoked_at ?? null;
  const revoke = () => void ask("place-link/revoke", {}, "placeLink").then((done) => done && setLink(null));
  useKeys([
    { code: "Alt+KeyW", inFields: true, run: write },
    { code: "Alt+KeyK", inFields: true, run: askPlace },
    { code: "Alt+KeyU", inFields: true, run: () => call.place_link && !revoked && revoke() },
  ]);
  return (
    <details ref={box} className="caller-talk" open={writes(call) || count > 0 || undefined}>
      <summary>
        {t("caller.talk")}
        {call.has_page && <span className="muted"> · {t("caller.page")}</span>}
      </summary>
      <ul role="log" aria-label={t("caller.talk")}>
        {count === 0 && <li className="muted">{t("caller.talkNone")}</li>}
        {call.texts.map((each) => (
          <li key={`${each.at}${each.by}`} data-ours={each.by !== null || undefined}>
            <bdi>{each.text}</bdi>
            <span className="muted">
              {each.by === null
                ? t("caller.them")
                : t((each.why ? `caller.why.${each.why}` : `caller.carried.${each.carried ?? "waiting"}`) as CallerKey)}
            </span>
          </li>
        ))}
        <li ref={end} aria-hidden="true" />
      </ul>
      <div className="caller-answers" role="group" aria-label={t("caller.answers")}>
        {ANSWERS.map((answer) => (
          <Button key={answer} onClick={() => send(t(answer))}>
            {t(answer)}
          </Button>
        ))}
      </div>
      <div className="caller-write">
        <input
          ref={field}
          maxLength={1000}
          aria-label={t("caller.write")}
          placeholder={t("caller.write")}
          value={draft}
          onChange={(event) => setDraft(event.currentTarget.value)}
          onKeyDown={(event) => {
            if (
              event.code !== "Enter" ||
              event.nativeEvent.isComposing ||
              event.shiftKey ||
              event.ctrlKey ||
              event.metaKey
            )
              return;
            event.preventDefault();
            send(draft);
          }}
        />
        <Button keyHint="⏎" onClick={() => send(draft)}>
          {t("caller.send")}
        </Button>
      </div>
      <div className="caller-ask">
        <Button keyHint="Alt+K" onClick={askPlace}>
          {t("caller.ask")}
        </Button>
        {call.place_link && !revoked && (
          <Button keyHint="Alt+U" onClick={revoke}>
            {t("caller.revoke")}
          </Button>
        )}
        <span role="status">
          {revoked && !link
            ? t("caller.revoked")
            : opened
              ? t("caller.opened")
              : link && (
                  <>
                    {t("caller.asked")} {link.sent && t("caller.askedSms")}{" "}
                    {t("caller.askedRead", {
                      url: link.url.replace(/#.*/, ""),
                      code: link.code.replace(/(.{4})/, "$1 "),
                    })}
                  </>
                )}
        </span>
        {why && (
          <span role="alert" className="caller-doubt">
            {t("caller.failed", { why })}
          </span>
        )}
      </div>
    </details>
  );
}
