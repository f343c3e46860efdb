import { useEffect, useState } from "react";
import { useApp } from "../../../app/hooks";
import type { IncidentId } from "../../../core/units";
import { spanText, useT } from "../../../i18n/hooks";
import { useWords } from "../context";
import { messages } from "./messages";

interface Other {
  readonly person: string;
  readonly for_s: number;
}

const EVERY_MS = 10_000;

/** A badge with whoever else works on this incident now; nothing while nobody does. */
export function Beside({ incident }: { readonly incident: IncidentId }) {
  const { api } = useApp();
  const words = useWords();
  const t = useT(messages);
  const [others, setOthers] = useState<readonly Other[]>([]);
  useEffect(() => {
    const stop = new AbortController();
    const say = () => {
      if (document.visibilityState !== "visible") return;
      api
        .post<{ others: readonly Other[] }>(`/v1/incidents/${encodeURIComponent(incident)}/open`, {}, stop.signal)
        // Help only: while it cannot be asked nobody is named.
        .then(
          ({ others }) => setOthers(others),
          () => setOthers([]),
        );
    };
    say();
    const timer = setInterval(say, EVERY_MS);
    return () => {
      stop.abort();
      clearInterval(timer);
    };
  }, [api, incident]);
  if (others.length === 0) return null;
  return (
    <p className="beside" role="status">
      {others
        .map((each) => t("beside.open", { who: words.person(each.person), span: spanText(words.t, each.for_s) }))
        .join(t("beside.comma"))}
    </p>
  );
}
