/** The handheld's own controls: large, one thumb, a glove. */

import { ChevronLeft, CloudUpload, MicOff, Siren, WifiOff, X } from "lucide-react";
import type { CSSProperties, ReactNode } from "react";
import { useEffect, useMemo, useRef, useState, useSyncExternalStore } from "react";
import { useApp, useEvery, useLink } from "../../app/hooks";
import { useJournalOnly } from "../../app/journalOnly";
import { msOf } from "../../core/units";
import type { Priority } from "../../core/views";
import { spanText, useFormats, useT } from "../../i18n/hooks";
import { Button } from "../../ui/Button";
import { callForHelp, Hold } from "./held";
import {
  useEntries,
  useField,
  useFieldT,
  useLinkLook,
  useLocationState,
  useOwnUnit,
  useSound,
  useStillUnderFinger,
} from "./hooks";
import { countdown } from "./mission";
import { isQueued } from "./queue";

export const HOLD_MS = 1_500;

interface HoldProps {
  readonly onHeld: () => void;
  readonly children: ReactNode;
  readonly held: ReactNode;
  readonly className?: string;
  /** The name where the face of the button does not say it. */
  readonly label?: string;
  readonly ms?: number;
  /** A press that goes on when this button goes away. */
  readonly hold?: Hold;
}

/** A button that acts only when held, for a second and a half unless told otherwise; a touch by mistake does nothing. Also by key. */
export function HoldButton({ onHeld, children, held, className, label, ms = HOLD_MS, hold }: HoldProps) {
  const own = useMemo(() => new Hold(), []);
  const by = hold ?? own;
  const holding = useSyncExternalStore(by.subscribe, by.isHeld);
  const act = useRef(onHeld);
  act.current = onHeld;
  const press = (pointer: number | null) => {
    if (!by.isHeld()) navigator.vibrate?.(40);
    by.press(ms, pointer, () => act.current());
  };
  useEffect(() => () => own.release(), [own]);
  return (
    <button
      type="button"
      className={`hold ${className ?? ""}`}
      data-holding={holding || undefined}
      style={{ "--hold-ms": `${ms}ms` } as CSSProperties}
      aria-label={label}
      onPointerDown={(event) => {
        event.currentTarget.setPointerCapture?.(event.pointerId);
        press(event.pointerId);
      }}
      onContextMenu={(event) => event.preventDefault()}
      onKeyDown={(event) => {
        if (event.key !== " " && event.key !== "Enter") return;
        event.preventDefault();
        if (!event.repeat) press(null);
      }}
    >
      <span className="hold-fill" aria-hidden="true" />
      <span className="hold-face">{holding ? held : children}</span>
    </button>
  );
}

/** Always in reach: the call for help. */
export function Sos() {
  const t = useFieldT();
  const field = useField();
  return (
    <HoldButton
      className="sos"
      hold={callForHelp}
      label={`${t("sos.hold")} ${t("sos.how")}`}
      onHeld={() => field.emergency()}
      held={<strong>{t("sos.keep")}</strong>}
    >
      <Siren size={28} aria-hidden="true" />
      <span>
        <strong>{t("sos.hold")}</strong> <small>{t("sos.how")}</small>
      </span>
    </HoldButton>
  );
}

/** While the emergency is on it stands above everything else. */
export function EmergencyBar() {
  const t = useFieldT();
  const { time } = useFormats();
  const unit = useOwnUnit();
  const field = useField();
  const sending = useEntries().some((entry) => entry.action === "emergency" && isQueued(entry));
  if (!unit?.emergency) return null;
  const seen = msOf(unit.emergency.acknowledged_at);
  return (
    <section className="emergency" role="alert">
      <Siren size={40} aria-hidden="true" />
      <div>
        <strong>{t("sos.on")}</strong>
        <span className="num">
          {sending ? t("sos.sending") : seen === null ? t("sos.sent") : t("sos.seen", { time: time(seen) })}
        </span>
      </div>
      <HoldButton label={t("sos.end")} onHeld={() => field.endEmergency()} held={t("sos.keep")} className="sos-end">
        {t("sos.end")}
      </HoldButton>
    </section>
  );
}

/** What is wrong with link or sound, in words, at once; nothing while all is well. */
export function Banners({ quiet }: { readonly quiet?: boolean }) {
  const t = useFieldT();
  // The first touch opens the sound, and its strip goes: not before that touch has done what it was for.
  const now = { look: useLinkLook(), sound: useSound(), location: useLocationState() };
  const { look, sound, location } = useStillUnderFinger(now);
  // Never asked for in this page: a page that was loaded again may need a touch before it may look where it is.
  const nowhere = useOwnUnit()?.on_duty === true && location === "off";
  const { silentS } = useLink();
  const journalOnly = useJournalOnly(look === "offline");
  const common = useT();
  useEvery(5);
  return (
    <div className="banners" role="status" aria-live="polite">
      {look === "offline" && (
        <p className="strip" data-tone="bad">
          <WifiOff size={22} aria-hidden="true" />
          <span>
            <strong>{journalOnly ? common("link.journalOnly") : t("link.offline")}</strong>
            {silentS >= 15 && (
              <small className="num">
                {t("link.old", { span: spanText(t, silentS) })} · {t("link.radio")}
              </small>
            )}
          </span>
        </p>
      )}
      {look === "weak" && (
        <p className="strip" data-tone="warn">
          <WifiOff size={22} aria-hidden="true" />
          <strong>{t("link.weak")}</strong>
        </p>
      )}
      {look === "signed_out" && (
        <p className="strip" data-tone="bad">
          <span>{t("link.signedOut")}</span>
          <a className="strip-link" href="/">
            {t("gate.home")}
          </a>
        </p>
      )}
      {(sound !== "ok" || nowhere) && !quiet && (
        <p className="strip" data-tone="warn">
          <MicOff size={22} aria-hidden="true" />
          <strong>
            {t(
              sound === "muted"
                ? "sound.muted"
                : sound === "ok"
                  ? "touch.location"
                  : nowhere
                    ? "touch.both"
                    : "sound.blocked",
            )}
          </strong>
        </p>
      )}
    </div>
  );
}

/** The foot of every screen: help, and the state of what was done. */
export function Foot({ onOutbox }: { readonly onOutbox: () => void }) {
  const t = useFieldT();
  const entries = useEntries();
  const queued = entries.filter(isQueued).length;
  const refused = entries.filter((entry) => entry.state === "refused").length;
  const state = refused > 0 ? "refused" : queued > 0 ? "queued" : "clear";
  const link = useLinkLook();
  return (
    <footer className="foot">
      <Sos />
      <button type="button" className="tray" data-state={state} onClick={onOutbox}>
        {refused > 0 ? (
          <X size={24} aria-hidden="true" />
        ) : queued > 0 ? (
          <CloudUpload size={24} aria-hidden="true" />
        ) : null}
        <span className="num">
          <small className="tray-link" data-link={link}>
            {link === "up" ? t("link.live") : link === "starting" ? t("link.connecting") : t("link.none")}
          </small>
          {refused > 0 && <strong>{t("out.refused", { n: refused })}</strong>}
          {(refused === 0 || queued > 0) && <span>{t("out.queued", { n: queued })}</span>}
        </span>
      </button>
    </footer>
  );
}

/** A page of its own in place of the screen, so that help and the link stay in sight. */
export function Sheet({
  title,
  onClose,
  children,
}: {
  readonly title: string;
  readonly onClose: () => void;
  readonly children: ReactNode;
}) {
  const t = useFieldT();
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => heading.current?.focus(), []);
  return (
    <section className="sheet">
      <header className="sheet-head">
        <button type="button" className="sheet-back" onClick={onClose} aria-label={t("do.back")}>
          <ChevronLeft size={32} className="unmirror" aria-hidden="true" />
        </button>
        <h1 ref={heading} tabIndex={-1}>
          {title}
        </h1>
      </header>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by key. */}
      <section className="sheet-body" tabIndex={0} aria-label={title}>
        {children}
      </section>
    </section>
  );
}

export const bandOf = (priority: Priority | null): string => `band-p${priority ?? 3}`;

/** The ring that empties with the answer window, counted by the server's clock. */
export function AnswerRing({ sentAt, answerBy }: { readonly sentAt: number | null; readonly answerBy: number | null }) {
  const { clock } = useApp();
  const { id } = useFormats();
  const t = useFieldT();
  const [now, setNow] = useState(() => clock.now());
  useEffect(() => {
    const timer = setInterval(() => setNow(clock.now()), 200);
    return () => clearInterval(timer);
  }, [clock]);
  const left = countdown(sentAt, answerBy, now);
  if (!left) return null;
  const round = 2 * Math.PI * 32;
  return (
    <div className="ring" role="timer" aria-label={t("offer.left", { n: left.seconds })} data-low={left.seconds <= 5}>
      <svg viewBox="0 0 76 76" aria-hidden="true">
        <circle className="ring-back" cx="38" cy="38" r="32" />
        <circle
          className="ring-left"
          cx="38"
          cy="38"
          r="32"
          transform="rotate(-90 38 38)"
          strokeDasharray={`${round * left.part} ${round}`}
        />
      </svg>
      <span className="num" aria-hidden="true">
        {id(left.seconds)}
      </span>
    </div>
  );
}

/** A large choice among several. */
export function Choice({
  onClick,
  children,
  disabledReason,
}: {
  readonly onClick: () => void;
  readonly children: ReactNode;
  readonly disabledReason?: string | null;
}) {
  return (
    <Button size="hand" wide onClick={onClick} disabledReason={disabledReason ?? null} reasonBelow>
      {children}
    </Button>
  );
}
