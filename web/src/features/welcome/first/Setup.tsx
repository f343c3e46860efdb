import { useEffect, useRef, useState } from "react";
import { useT } from "../../../i18n/hooks";
import { Administrators, Handed } from "./Administrators";
import { messages } from "./messages";
import { Region } from "./Region";
import type { Second, Step } from "./run";
import "./first.css";

type Listed = "administrators" | "region" | "after";

/** From nothing to a server that works, a step at a time. */
export default function Setup({
  step,
  open,
  onNext,
}: {
  readonly step: Step;
  readonly open: boolean;
  readonly onNext: () => void;
}) {
  const t = useT(messages);
  // The code is shown until whoever reads it goes on; it is kept nowhere.
  const [second, setSecond] = useState<Second | null>(null);
  // A server that was started with a region has nothing to choose.
  const steps: readonly Listed[] = open ? ["administrators", "after"] : ["administrators", "region", "after"];
  // Whoever goes by keyboard or ear goes on where the new step begins, not at the top of the page.
  const at = useRef<HTMLDivElement>(null);
  const before = useRef(false);
  const stage = second ? "code" : step;
  // biome-ignore lint/correctness/useExhaustiveDependencies: it is the stage that moves the focus.
  useEffect(() => {
    if (before.current) at.current?.focus();
    before.current = true;
  }, [stage]);
  const now = second ? 0 : steps.findIndex((each) => each === step);
  return (
    <section className="first" aria-labelledby="first-title">
      <h2 id="first-title">{t("first.title")}</h2>
      <p>{t("first.intro")}</p>
      <ol className="first-steps" aria-label={t("first.steps")}>
        {steps.map((each, n) => (
          <li
            key={each}
            data-state={n < now ? "done" : n === now ? "now" : "later"}
            aria-current={n === now ? "step" : undefined}
          >
            <b>{t(`first.step.${each}`)}</b>
            <span>{t(`first.state.${n < now ? "done" : n === now ? "now" : "later"}`)}</span>
          </li>
        ))}
      </ol>
      <div
        ref={at}
        tabIndex={-1}
        className="first-now"
        aria-label={t(`first.step.${steps[now] ?? "after"}`)}
        role="group"
      >
        {second ? (
          <Handed
            second={second}
            onNext={() => {
              setSecond(null);
              onNext();
            }}
          />
        ) : step === "administrators" ? (
          <Administrators onMade={setSecond} />
        ) : (
          <Region />
        )}
      </div>
    </section>
  );
}
