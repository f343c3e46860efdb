import { useEffect, useState } from "react";
import type { Problem } from "../../../api/problem";
import { useApp, useReference } from "../../../app/hooks";
import { msOf } from "../../../core/units";
import type { Incident, Voice } from "../../../core/views";
import { problemText, spanText, useFormats, useT } from "../../../i18n/hooks";
import { Button } from "../../../ui";
import { useConsole } from "../context";
import { messages } from "./messages";
import { Withdraw } from "./Withdraw";

/** Voice notes of crews. Nothing is fetched before somebody asks to hear it: each fetch is a read of personal data, and is written down. */
export function Voices({ incident, voices }: { readonly incident: Incident; readonly voices: readonly Voice[] }) {
  const t = useT(messages);
  const { acts } = useConsole();
  const { session } = useReference();
  const { id, timeSeconds } = useFormats();
  const [back, setBack] = useState<Voice | null>(null);
  const nameOf = (voice: Voice): string => {
    const values = { time: timeSeconds(msOf(voice.spoken_at ?? voice.at)), span: spanText(t, voice.seconds) };
    return voice.call_sign ? t("scene.voiceBy", { ...values, unit: voice.call_sign }) : t("scene.voiceNoUnit", values);
  };
  return (
    <section aria-label={t("scene.voices")}>
      <h3>
        {t("scene.voices")} <span className="muted num">({id(voices.length)})</span>
      </h3>
      <p className="muted">{t("scene.voiceWhy")}</p>
      <ul className="notes">
        {voices.map((voice) => (
          <li key={voice.id}>
            <span className="num">{nameOf(voice)}</span>{" "}
            <Heard incident={incident} voice={voice} name={nameOf(voice)} />{" "}
            <Button
              look="quiet"
              aria-label={t("scene.back", { what: nameOf(voice) })}
              disabledReason={session.acts.has("add_note") ? null : t("scene.mayNotVoice")}
              onClick={() => setBack(voice)}
            >
              {t("scene.backShort")}
            </Button>
          </li>
        ))}
      </ul>
      {back && (
        <Withdraw
          title={t("scene.back", { what: nameOf(back) })}
          onWhy={(why) => void acts.incidents.voiceBack(incident, back.id, why)}
          onClose={() => setBack(null)}
        />
      )}
    </section>
  );
}

/** One fetch, then the browser's own control: hearing it again on the same screen asks for nothing more. */
function Heard({
  incident,
  voice,
  name,
}: {
  readonly incident: Incident;
  readonly voice: Voice;
  readonly name: string;
}) {
  const t = useT(messages);
  const { api } = useApp();
  const [address, setAddress] = useState<string | null>(null);
  const [wrong, setWrong] = useState<string | null>(null);
  useEffect(() => () => (address ? URL.revokeObjectURL(address) : undefined), [address]);
  const hear = async () => {
    try {
      const sound = await api.file(`/v1/incidents/${encodeURIComponent(incident.id)}/voices/${voice.id}`, {});
      setWrong(null);
      setAddress(URL.createObjectURL(sound));
    } catch (error) {
      setWrong(problemText(t, error as Problem));
    }
  };
  // biome-ignore lint/a11y/useMediaCaption: nobody has written down what a crew said in a hurry.
  if (address) return <audio className="scene-voice" controls autoPlay src={address} aria-label={name} />;
  return (
    <>
      <Button aria-label={t("scene.hear", { what: name })} onClick={() => void hear()}>
        {t("scene.hearShort")}
      </Button>
      {wrong && <span role="alert">{wrong}</span>}
    </>
  );
}
