import { useEffect, useMemo, useState } from "react";
import { useApp, useEvery, useReference } from "../../../app/hooks";
import { provinceOf } from "../../../core/units";
import { spanText, useFormats, useNamed, useT } from "../../../i18n/hooks";
import { Button } from "../../../ui/Button";
import type { Kept, Plan } from "./keep";
import { deletePackage, fetchPackage, keptPackage, planOf } from "./keep";
import { messages } from "./messages";

const MB = 1_000_000;
const THEMES = ["day", "night"];
const LANGS = ["fa", "en"];

/** Whether this is paid by the byte; a browser that does not say is taken at its user's word. */
const isMobile = (): boolean => (navigator as { connection?: { type?: string } }).connection?.type === "cellular";

/** The map of the crew's county, fetched once and read without a network. */
export default function MapPackage() {
  const { clock } = useApp();
  const { session, offices, server } = useReference();
  const t = useT(messages);
  const named = useNamed();
  const { num } = useFormats();
  const now = useEvery(60);
  const chain = session.office ? offices.chainOf(session.office) : [];
  const county = chain.find((each) => each.tier === "county" && each.bounds) ?? chain.find((each) => each.bounds);
  const province = server.provinces.find((each) => session.office && each.id === provinceOf(session.office));
  const bounds = county?.bounds ?? province?.bounds ?? null;
  const area = county ? named(county.name) : province ? named(province.name) : "";
  const address = province ? `/maps/${province.id}.pmtiles?v=${province.mapVersion}` : null;
  const [kept, setKept] = useState<Kept | null>(null);
  const [plan, setPlan] = useState<Plan | null>(null);
  const [come, setCome] = useState<number | null>(null);
  const [failed, setFailed] = useState(false);
  const able = "caches" in window;
  useEffect(() => {
    if (able) keptPackage().then(setKept, () => undefined);
  }, [able]);
  useEffect(() => {
    if (!able || !address || !bounds) return;
    let here = true;
    planOf(address, bounds).then(
      (made) => here && setPlan(made),
      () => undefined,
    );
    return () => {
      here = false;
    };
  }, [able, address, bounds]);
  const styles = useMemo(
    () =>
      THEMES.flatMap((theme) => LANGS.map((lang) => `/v1/provinces/${province?.id}/style?theme=${theme}&lang=${lang}`)),
    [province?.id],
  );
  const size = (bytes: number): string => t("offmap.mb", { n: num(Math.max(0.1, bytes / MB), 1) });
  const get = async () => {
    if (!plan) return;
    setFailed(false);
    setCome(0);
    try {
      setKept(await fetchPackage(plan, area, styles, clock.now(), setCome));
    } catch {
      setFailed(true);
    }
    setCome(null);
  };
  const why = isMobile() ? t("offmap.wifi") : !navigator.onLine ? t("offmap.offline") : null;
  if (!address || !bounds) return null;
  return (
    <section className="block">
      <h2>{t("offmap.title")}</h2>
      {!able && <p className="muted">{t("offmap.cannot")}</p>}
      {able && (
        <>
          <p className="muted num">
            {kept
              ? t("offmap.kept", {
                  area: kept.area,
                  size: size(kept.bytes),
                  span: spanText(t, Math.max(0, now - kept.at) / 1000),
                })
              : t("offmap.why", { area })}
          </p>
          {kept && kept.address !== address && <p role="status">{t("offmap.old")}</p>}
          {failed && <p role="alert">{t("offmap.failed")}</p>}
          {come !== null ? (
            <p className="num" role="status">
              {t("offmap.coming", { done: size(come), all: size(plan?.bytes ?? 0) })}
            </p>
          ) : (
            <Button
              size="hand"
              wide
              reasonBelow
              disabledReason={why ?? (plan ? null : t("offmap.counting"))}
              onClick={() => void get()}
            >
              {t(kept ? "offmap.again" : "offmap.get", { size: plan ? size(plan.bytes) : "…" })}
            </Button>
          )}
          {kept && come === null && (
            <Button size="hand" wide onClick={() => void deletePackage().then(() => setKept(null))}>
              {t("offmap.delete")}
            </Button>
          )}
        </>
      )}
    </section>
  );
}
