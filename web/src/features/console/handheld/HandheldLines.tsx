import { useEvery } from "../../../app/hooks";
import { msOf } from "../../../core/units";
import type { Health, Unit } from "../../../core/views";
import { spanText, useFormats, useT } from "../../../i18n/hooks";
import { Ltr } from "../../../ui";
import "./handheld.css";
import { messages } from "./messages";

/** How a unit's handheld is: whether it would ring, its battery, its version, its own fix, and its last self-test. */
export function HandheldLines({ unit, health }: { readonly unit: Unit; readonly health: Health | null }) {
  const t = useT(messages);
  const { percent, time } = useFormats();
  const now = useEvery(5);
  const tested = unit.tested ?? null;
  if (!health && !tested) return null;
  const version = health?.app_version || tested?.app_version;
  return (
    <>
      <dt>{t("handheld.title")}</dt>
      <dd>
        {health && (
          <>
            <span data-bad={!health.reachable || health.sound !== "ok" || undefined}>
              {health.reachable ? t(`handheld.sound.${health.sound}`) : t("handheld.silent")}
            </span>
            {" · "}
            {health.battery === null ? t("handheld.noBattery") : t("handheld.battery", { n: percent(health.battery) })}
            <br />
            <span className="muted num">
              {health.gps_age_s === null
                ? t("handheld.noGps")
                : t("handheld.gps", { span: spanText(t, health.gps_age_s) })}
            </span>
            {" · "}
            <span className="muted num">
              {t("handheld.heard", { span: spanText(t, (now - msOf(health.at)) / 1000) })}
            </span>
          </>
        )}
        {version && (
          <>
            {health && " · "}
            <span className="muted">
              {t("handheld.version")} <Ltr>{version}</Ltr>
            </span>
          </>
        )}
        {tested && (
          <>
            {(health || version) && <br />}
            <span className="num" data-bad={tested.failed.length > 0 || undefined}>
              {tested.failed.length === 0
                ? t("handheld.tested", { time: time(msOf(tested.at)) })
                : t("handheld.failed", {
                    time: time(msOf(tested.at)),
                    what: tested.failed
                      .map((name) => t.maybe(`handheld.check.${name}`) ?? name)
                      .join(t("handheld.comma")),
                  })}
            </span>
          </>
        )}
      </dd>
    </>
  );
}
