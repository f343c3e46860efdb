import type { ReactNode } from "react";
import { useEffect, useMemo } from "react";
import { useT } from "../i18n/hooks";
import { Button } from "../ui/Button";
import { ErrorState, Loading } from "../ui/states";
import type { App } from "./app";
import { AppContext, ReferenceContext, useApp, useLink, useLoad } from "./hooks";

/** Gives the parts to everything below. */
export function Provide({ app, children }: { readonly app: App; readonly children: ReactNode }) {
  return <AppContext value={app}>{children}</AppContext>;
}

/** Reads who is here and what seldom changes, opens the stream, and shows its children once both are known. */
export function SignedIn({ children }: { readonly children: ReactNode }) {
  const app = useApp();
  const t = useT();
  const { value, problem, again } = useLoad(() => app.readReference(), [app]);
  const link = useLink();
  const ready = value !== null;
  useEffect(() => {
    if (!ready) return;
    app.live.start();
    return () => app.live.stop();
  }, [app, ready]);
  const out = problem?.status === 401 || link.state === "signed_out";
  const reference = useMemo(() => value, [value]);
  if (out && !reference) {
    return (
      <div className="state" role="alert">
        <p>{t("link.signed_out")}</p>
        <Button look="primary" onClick={() => location.assign("/")}>
          {t("do.back")}
        </Button>
      </div>
    );
  }
  if (!reference) return problem ? <ErrorState problem={problem} onRetry={again} /> : <Loading onRetry={again} />;
  return <ReferenceContext value={reference}>{children}</ReferenceContext>;
}
