/** A button that opens the playback of an incident or of a unit's past: first the purpose, then the player. */

import { useState } from "react";
import { asProblem, type Problem } from "../../../api/problem";
import { useApp } from "../../../app/hooks";
import type { IncidentId, UnitId } from "../../../core/units";
import { useFormats, useT } from "../../../i18n/hooks";
import { Button, Dialog, ErrorState, Field, part, Segmented, useKeys } from "../../../ui";
import { useProof } from "../../identity/Proof";
import { useMay } from "../context";
import { messages } from "./messages";
import type { Played, RawPlayback, RawTrail } from "./model";
import { readIncident, readUnit } from "./model";
import "./playback.css";

export type Subject =
  | { readonly incident: IncidentId; readonly number: number }
  | { readonly unit: UnitId; readonly callSign: string };

const Player = part(async () => (await import("./Player")).Player);
const PURPOSE_LEAST = 3;
const SPANS = ["900", "3600", "28800"] as const;
type Span = (typeof SPANS)[number];

export function PlaybackButton({ subject }: { readonly subject: Subject }) {
  const t = useT(messages);
  const may = useMay();
  const [open, setOpen] = useState(false);
  const why = may("trail");
  useKeys([{ code: "KeyV", run: () => !why && setOpen(true) }]);
  return (
    <>
      <Button keyHint="V" disabledReason={why} onClick={() => setOpen(true)}>
        {t("playback.open")}
      </Button>
      {open && <PlaybackDialog subject={subject} onClose={() => setOpen(false)} />}
    </>
  );
}

function PlaybackDialog({ subject, onClose }: { readonly subject: Subject; readonly onClose: () => void }) {
  const t = useT(messages);
  const { id } = useFormats();
  const [played, setPlayed] = useState<Played | null>(null);
  const title =
    "incident" in subject
      ? t("playback.ofIncident", { n: id(subject.number) })
      : t("playback.ofUnit", { sign: `\u2068${subject.callSign}\u2069` });
  return (
    <Dialog title={title} onClose={onClose}>
      {played ? <Player played={played} subject={subject} /> : <Ask subject={subject} onLoaded={setPlayed} />}
    </Dialog>
  );
}

/** A dialog takes the focus itself unless something within has it already. */
const focusFirst = (input: HTMLInputElement | null) => input?.focus();

function Ask({ subject, onLoaded }: { readonly subject: Subject; readonly onLoaded: (played: Played) => void }) {
  const { api, clock } = useApp();
  const t = useT(messages);
  const [purpose, setPurpose] = useState("");
  const [span, setSpan] = useState<Span>("3600");
  const [tried, setTried] = useState(false);
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<Problem | null>(null);
  const [prove, question] = useProof();
  const short = purpose.trim().length < PURPOSE_LEAST;

  const load = async () => {
    setTried(true);
    if (short || busy) return;
    setBusy(true);
    setProblem(null);
    const asked = { purpose: purpose.trim(), form: "matched" };
    try {
      if ("incident" in subject) {
        const path = `/v1/incidents/${encodeURIComponent(subject.incident)}/trail`;
        onLoaded(readIncident(await prove(() => api.get<RawPlayback>(path, asked))));
      } else {
        const now = clock.now();
        const times = { since: new Date(now - Number(span) * 1000).toISOString(), until: new Date(now).toISOString() };
        const path = `/v1/units/${encodeURIComponent(subject.unit)}/trail`;
        onLoaded(readUnit(subject.callSign, await prove(() => api.get<RawTrail>(path, { ...asked, ...times }))));
      }
    } catch (error) {
      setProblem(asProblem(error));
      setBusy(false);
    }
  };

  return (
    <>
      {question}
      <form
        className="playback-ask"
        onSubmit={(event) => {
          event.preventDefault();
          void load();
        }}
      >
        <Field
          label={t("playback.why")}
          hint={t("playback.whyHint")}
          error={tried && short ? t("playback.whyShort") : undefined}
          value={purpose}
          maxLength={200}
          ref={focusFirst}
          onChange={(event) => setPurpose(event.currentTarget.value)}
        />
        {"unit" in subject && (
          <Segmented
            label={t("playback.span")}
            value={span}
            options={SPANS.map((each) => ({ value: each, label: t(`playback.span.${each}`) }))}
            onChange={setSpan}
          />
        )}
        {problem && <ErrorState problem={problem} onRetry={() => void load()} />}
        <Button type="submit" look="primary" pending={busy}>
          {t("playback.load")}
        </Button>
      </form>
    </>
  );
}
