/** The five states of data: loading, empty, error here; stale and catching up are the link's (`LinkState.tsx`). */

import type { ReactNode } from "react";
import { useEffect, useState } from "react";
import type { Pending } from "../api/pending";
import type { Problem } from "../api/problem";
import { problemText, useFormats, useT } from "../i18n/hooks";
import { Button } from "./Button";

/** Nothing for 300 ms, then grey rows, after 5 s a sentence. */
export function Loading({ rows = 5, onRetry }: { readonly rows?: number; readonly onRetry?: () => void }) {
  const t = useT();
  const [phase, setPhase] = useState(0);
  useEffect(() => {
    const timers = [setTimeout(() => setPhase(1), 300), setTimeout(() => setPhase(2), 5000)];
    return () => timers.forEach(clearTimeout);
  }, []);
  return (
    <div aria-busy="true" role="status">
      {phase > 0 && (
        <div className="skeleton" aria-hidden="true">
          {Array.from({ length: rows }, (_, n) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: grey bars have no other name.
            <i key={n} />
          ))}
        </div>
      )}
      {phase > 0 && <span className="visually-hidden">{t("state.loading")}</span>}
      {phase > 1 && (
        <div className="state">
          <p>{t("state.loadingLong")}</p>
          {onRetry && <Button onClick={onRetry}>{t("do.retry")}</Button>}
        </div>
      )}
    </div>
  );
}

/** Verified empty, and since when. */
export function Empty({ children, at }: { readonly children: string; readonly at?: number | null }) {
  const t = useT();
  const { timeSeconds } = useFormats();
  return (
    <div className="state" data-kind="empty">
      <p>{at == null ? children : t("state.emptySince", { what: children, time: timeSeconds(at) })}</p>
    </div>
  );
}

/** In place: what failed, that the rest works, try again. */
export function ErrorState({
  problem,
  onRetry,
  children,
}: {
  readonly problem: Problem;
  readonly onRetry?: () => void;
  readonly children?: ReactNode;
}) {
  const t = useT();
  return (
    <div className="state" data-kind="error" role="alert">
      <p>{problemText(t, problem)}</p>
      <p className="muted">{children ?? t("state.stillWorks")}</p>
      {onRetry && <Button onClick={onRetry}>{t("do.retry")}</Button>}
    </div>
  );
}

/** Beside what a person did: sending, sent again, recorded, or refused and why. */
export function PendingMark({ pending, onDismiss }: { readonly pending: Pending; readonly onDismiss?: () => void }) {
  const t = useT();
  const word =
    pending.state === "sending"
      ? t("state.pending")
      : pending.state === "retrying"
        ? t("state.retrying")
        : pending.state === "answered"
          ? t("state.answered")
          : `${t("state.refused")}: ${pending.problem ? problemText(t, pending.problem) : ""}`;
  return (
    <span className="pending-mark" data-state={pending.state} role={pending.state === "refused" ? "alert" : undefined}>
      {word}
      {pending.state === "refused" && onDismiss && (
        <Button look="quiet" onClick={onDismiss}>
          {t("do.dismiss")}
        </Button>
      )}
    </span>
  );
}
