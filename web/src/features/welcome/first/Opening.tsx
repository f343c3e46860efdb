import { useEffect, useState } from "react";
import { useApp } from "../../../app/hooks";
import { useT } from "../../../i18n/hooks";
import { messages } from "./messages";

const AGAIN_MS = 1_000;
const LONG_MS = 90_000;

/** The first server has ended and the ordinary one opens at the same address: go there as soon as it answers. */
export function Opening() {
  const { api } = useApp();
  const t = useT(messages);
  const [long, setLong] = useState(false);
  useEffect(() => {
    const stop = new AbortController();
    const ask = () =>
      void api.get<unknown>("/readyz", {}, stop.signal).then(
        () => location.assign("/admin"),
        () => undefined,
      );
    const timer = setInterval(ask, AGAIN_MS);
    const late = setTimeout(() => setLong(true), LONG_MS);
    return () => {
      stop.abort();
      clearInterval(timer);
      clearTimeout(late);
    };
  }, [api]);
  return (
    <div className="first-progress" role="status">
      <span>{t("first.opening")}</span>
      <progress aria-label={t("first.share")} />
      {long && <span>{t("first.openingLong")}</span>}
    </div>
  );
}
