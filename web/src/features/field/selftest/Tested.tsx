import { useT } from "../../../i18n/hooks";
import { Button } from "../../../ui/Button";
import { useField, useFieldState } from "../hooks";
import { Banners, EmergencyBar, Foot } from "../parts";
import type { OpenSheet } from "../sheets";
import { CHECKS } from "./checks";
import { messages } from "./messages";
import { TestList } from "./TestList";

export { TestList };

/** The result of the tests, before the first screen of duty. */
export function Tested({ open }: { readonly open: OpenSheet }) {
  const t = useT(messages);
  const field = useField();
  const test = useFieldState((state) => state.test);
  if (!test) return null;
  const sound = test.sound.state !== "failed";
  const failed = CHECKS.filter((name) => test[name].state === "failed").length;
  const over = CHECKS.every((name) => test[name].state !== "asking");
  return (
    <main className="hand gate">
      <Banners />
      <EmergencyBar />
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by key. */}
      <section className="gate-body" data-list="true" tabIndex={0} aria-label={t("test.title")}>
        <h1>{t("test.title")}</h1>
        {over && (
          <p className="muted">
            {t("test.summary", { n: failed })} · {t("test.sent")}
          </p>
        )}
        <TestList test={test} />
      </section>
      <div className="gate-act">
        {failed > 0 && (
          <Button size="hand" wide onClick={() => void field.prepare()}>
            {t("test.again")}
          </Button>
        )}
        <Button size="main" look={sound ? "ok" : "plain"} wide onClick={() => field.closeTest()}>
          {t(sound ? "test.go" : "test.goAnyway")}
        </Button>
      </div>
      <Foot onOutbox={() => open("outbox")} />
    </main>
  );
}
