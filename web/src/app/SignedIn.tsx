import type { ReactNode } from "react";
import { useEffect, useMemo, useRef, useState } from "react";
import { useT } from "../i18n/hooks";
import type { Link } from "../live/client";
import { Button } from "../ui/Button";
import { ErrorState, Loading } from "../ui/states";
import type { Reference } from "./app";
import { ReferenceContext, useApp, useDerived, useLink, useLoad, useNewKinds } from "./hooks";

/** Reads who is here and what seldom changes, opens the stream, and shows its children once both are known. */
export function SignedIn({ children }: { readonly children: ReactNode }) {
  const app = useApp();
  const t = useT();
  const { value, problem, again } = useLoad(() => app.readReference(), [app]);
  const link = useLink();
  const reference = useMemo(() => value, [value]);
  const first = useFirst(reference !== null, link);
  const drawn = useDrawn(reference !== null && first);
  // Beside the first reads and not after them: the snapshot is on its way while the page reads who is here.
  useEffect(() => {
    app.live.start(drawn);
    return () => app.live.stop();
  }, [app, drawn]);
  useNewMaps(reference, again, problem !== null);
  useNewKinds(reference?.kinds, again);
  const out = problem?.status === 401 || link.state === "signed_out";
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
  if (!reference || !first)
    return problem ? <ErrorState problem={problem} onRetry={again} /> : <Loading onRetry={again} />;
  return <ReferenceContext value={reference}>{children}</ReferenceContext>;
}

// A stream that does not come must not keep the face away.
const FIRST_WITHIN_MS = 150;

/** Whether what the stream gives first is here, or has been waited for: a face drawn with it is drawn once, not empty and again. */
function useFirst(known: boolean, link: Link): boolean {
  const shown = useRef(false);
  const [late, setLate] = useState(false);
  useEffect(() => {
    if (!known || shown.current) return;
    const timer = setTimeout(() => setLate(true), FIRST_WITHIN_MS);
    return () => clearTimeout(timer);
  }, [known]);
  shown.current ||= known && (late || link.streams.some((each) => each.epoch !== null));
  return shown.current;
}

/** Settles when the face is first shown. */
function useDrawn(shown: boolean): Promise<void> {
  const [[promise, resolve]] = useState(() => {
    let settle = () => {};
    const settled = new Promise<void>((resolve) => {
      settle = resolve;
    });
    return [settled, settle] as const;
  });
  useEffect(() => {
    if (shown) resolve();
  }, [shown, resolve]);
  return promise;
}

const AGAIN_MS = 5_000;

/**
 * Read offices and maps again when another map came in force than the one this page was opened with. What stands below keeps
 * its place and what was typed: the old values stay until the new ones are here.
 */
function useNewMaps(reference: Reference | null, again: () => void, failed: boolean): void {
  const { world } = useApp();
  const asked = useRef("");
  const heard = useDerived(
    world.map,
    (all) => [...all].map((each) => `${each.province} ${each.version}`).join("\n"),
    [],
  );
  useEffect(() => {
    if (!reference || heard === "") return;
    const own = new Set(reference.server.provinces.map((each) => `${each.id} ${each.mapVersion}`));
    if (heard.split("\n").every((each) => own.has(each))) return;
    // Asked once at once; after that, whatever the reason, in its own time.
    if (!failed && asked.current !== heard) {
      asked.current = heard;
      again();
      return;
    }
    const timer = setTimeout(again, AGAIN_MS);
    return () => clearTimeout(timer);
  }, [reference, heard, again, failed]);
}
