import type { ReactNode } from "react";
import { lazy, Suspense } from "react";
import { useReference } from "../../app/hooks";
import { useNamed } from "../../i18n/hooks";
import { usePrefs } from "../../i18n/prefs";
import { Button } from "../../ui/Button";
import { LanguageName } from "../../ui/LanguageName";
import { Ltr } from "../../ui/Ltr";
import { useField, useFieldState, useFieldT, useOwnUnit } from "./hooks";
import { Banners, EmergencyBar, Foot } from "./parts";
import type { OpenSheet } from "./sheets";

/** Nothing is tried before the touch; it is here by then. */
export const loadTested = () => import("./selftest/Tested");
const TestList = lazy(async () => ({ default: (await loadTested()).TestList }));

/** The start of duty: one touch. */
export function Gate({ open, takeBack }: { readonly open: OpenSheet; readonly takeBack: ReactNode }) {
  const t = useFieldT();
  const named = useNamed();
  const field = useField();
  const unit = useOwnUnit();
  const { offices } = useReference();
  const test = useFieldState((state) => state.test);
  const toggleLang = usePrefs((prefs) => prefs.toggleLang);
  const office = offices.find(unit?.office);
  const again = unit?.on_duty === true;
  return (
    <main className="hand gate">
      <Banners quiet />
      <EmergencyBar />
      <header className="gate-head">
        <p className="gate-name">{t("app.name110")}</p>
        <button type="button" className="lang gate-help" onClick={() => open("help")} aria-label={t("do.help")}>
          ?
        </button>
        <button type="button" className="lang" onClick={toggleLang}>
          <LanguageName />
        </button>
      </header>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by key. */}
      <section className="gate-body" tabIndex={0} aria-labelledby="gate-sign">
        <h1 className="gate-sign" id="gate-sign">
          <Ltr>{unit?.call_sign ?? field.unit.split(".").at(-1) ?? ""}</Ltr>
        </h1>
        {unit && <p>{t(`unitKind.${unit.kind}`)}</p>}
        {office && <p className="muted">{named(office.name)}</p>}
        {test ? (
          <Suspense fallback={null}>
            <TestList test={test} />
          </Suspense>
        ) : (
          <p className="gate-why">{t(again ? "gate.whyAgain" : "gate.why")}</p>
        )}
      </section>
      <div className="gate-act">
        <Suspense fallback={null}>{takeBack}</Suspense>
        {!test && <p className="gate-warn">{t("gate.notReachable")}</p>}
        <Button size="main" look="ok" wide className="accept" onClick={() => void field.prepare()}>
          {t(again ? "gate.again" : "gate.ready")}
        </Button>
      </div>
      <Foot onOutbox={() => open("outbox")} />
    </main>
  );
}
