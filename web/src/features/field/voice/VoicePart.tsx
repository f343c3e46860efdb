import { Mic, Send, Square, Trash2 } from "lucide-react";
import { useEffect, useRef, useState } from "react";
import type { Incident } from "../../../core/views";
import { spanText, useFormats, useT } from "../../../i18n/hooks";
import { Button } from "../../../ui/Button";
import { useField } from "../hooks";
import { useDraft } from "../useDraft";
import { messages } from "./messages";
import { Player } from "./Player";
import type { Recording, Spoken, Trouble } from "./record";
import { record, SECONDS_MAX, troubleOf } from "./record";
import "./voice.css";
import { VoiceList } from "./VoiceList";

/** Speak instead of writing: record, listen, and only then send or throw away. */
export default function VoicePart({ incident }: { readonly incident: Incident }) {
  const t = useT(messages);
  const [kept, keep] = useDraft(`voice ${incident.id}`);
  const spoken = kept ? (JSON.parse(kept) as Spoken) : null;
  const { state, recording, start } = useRecording((done) => keep(JSON.stringify(done)));
  return (
    <section className="block voice" data-busy={recording !== null || spoken !== null || undefined}>
      <h2>{t("voice.title")}</h2>
      {recording ? (
        <Running recording={recording} />
      ) : spoken ? (
        <Ready incident={incident} spoken={spoken} onGone={() => keep("")} />
      ) : (
        <>
          {isTrouble(state) && (
            <p className="voice-trouble" role="alert">
              {t(`voice.${state}`)}
            </p>
          )}
          <Button
            size="hand"
            wide
            icon={<Mic size={28} aria-hidden="true" />}
            disabledReason={state === "asking" ? t("voice.asking") : null}
            reasonBelow
            onClick={start}
          >
            {t("voice.start")}
          </Button>
          <p className="muted">{t("voice.hint")}</p>
        </>
      )}
      <VoiceList incident={incident} />
    </section>
  );
}

type State = "idle" | "asking" | Trouble;
const isTrouble = (state: State): state is Trouble => state !== "idle" && state !== "asking";

/** One recording at a time. Whatever takes the screen away ends it, and what was spoken until then is kept. */
function useRecording(onSpoken: (spoken: Spoken) => void) {
  const field = useField();
  const [state, setState] = useState<State>("idle");
  const [recording, setRecording] = useState<Recording | null>(null);
  const running = useRef<Recording | null>(null);
  const left = useRef(false);
  useEffect(() => {
    left.current = false;
    return () => {
      left.current = true;
      running.current?.stop();
    };
  }, []);
  const start = async () => {
    setState("asking");
    try {
      const begun = await record(() => field.app.clock.now());
      running.current = begun;
      if (left.current) {
        // Asked, and gone before the answer: nobody spoke.
        begun.stop();
        await begun.spoken;
        return;
      }
      setRecording(begun);
      setState("idle");
      onSpoken(await begun.spoken);
    } catch (error) {
      setState(troubleOf(error));
    }
    running.current = null;
    setRecording(null);
  };
  return { state, recording, start: () => void start() };
}

function Running({ recording }: { readonly recording: Recording }) {
  const t = useT(messages);
  const field = useField();
  const [level, setLevel] = useState(0);
  const [leftS, setLeftS] = useState(SECONDS_MAX);
  useEffect(() => {
    const timer = setInterval(() => {
      setLevel(recording.level());
      setLeftS(Math.max(0, Math.round(SECONDS_MAX - (field.app.clock.now() - recording.startedMs) / 1000)));
    }, 100);
    return () => clearInterval(timer);
  }, [recording, field]);
  return (
    <>
      <p className="num" aria-live="off">
        {t("voice.running", { left: spanText(t, leftS) })}
      </p>
      <meter className="voice-level" min={0} max={1} value={level} aria-label={t("voice.level")} />
      <Button
        size="main"
        look="primary"
        wide
        icon={<Square size={28} aria-hidden="true" />}
        onClick={() => recording.stop()}
      >
        {t("voice.stop")}
      </Button>
    </>
  );
}

function Ready({
  incident,
  spoken,
  onGone,
}: {
  readonly incident: Incident;
  readonly spoken: Spoken;
  readonly onGone: () => void;
}) {
  const t = useT(messages);
  const { id } = useFormats();
  const field = useField();
  const send = () => {
    field.act({
      action: "voice",
      path: `/v1/incidents/${incident.id}/voices`,
      body: { sound: spoken.sound, seconds: spoken.seconds, spoken_at: spoken.at },
      subject: incident.id,
      label: id(incident.number),
    });
    onGone();
  };
  return (
    <>
      <p role="status">{t("voice.ready", { span: spanText(t, spoken.seconds) })}</p>
      {spoken.silent && <p className="voice-trouble">{t("voice.silent")}</p>}
      <Player sound={spoken.sound} type={spoken.type} label={t("voice.listen")} />
      <Button size="main" look="primary" wide icon={<Send size={28} aria-hidden="true" />} onClick={send}>
        {t("voice.send")}
      </Button>
      <Button size="hand" wide icon={<Trash2 size={24} aria-hidden="true" />} onClick={onGone}>
        {t("voice.drop")}
      </Button>
    </>
  );
}
