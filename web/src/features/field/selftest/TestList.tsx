import { CircleDashed, CircleHelp, Check as Tick, X } from "lucide-react";
import type { Seconds } from "../../../core/units";
import { spanText, useFormats, useT } from "../../../i18n/hooks";
import type { Check, CheckName, CheckState, SelfTest } from "./checks";
import { CHECKS } from "./checks";
import { messages } from "./messages";

/** What was tried, in words; what failed stands first and says what to do. */
export function TestList({ test }: { readonly test: SelfTest }) {
  const t = useT(messages);
  const words = useCheckWords();
  const order = [...CHECKS].sort((a, b) => rank(test[a].state) - rank(test[b].state));
  return (
    <ul className="tests" aria-label={t("test.title")} aria-live="polite">
      {order.map((name) => (
        <li key={name} data-state={test[name].state}>
          <Mark state={test[name].state} />
          <span>
            <strong>{t(`test.${name}`)}</strong>
            <small className="num">{words(name, test[name])}</small>
          </span>
        </li>
      ))}
    </ul>
  );
}

const rank = (state: CheckState): number => (state === "failed" ? 0 : 1);

function useCheckWords(): (name: CheckName, check: Check) => string {
  const t = useT(messages);
  const { percent } = useFormats();
  return (name, check) => {
    const { state, value } = check;
    if (state === "asking") return t("test.asking");
    const span = (seconds: number) => spanText(t, seconds as Seconds);
    if (name === "location" && value !== undefined)
      return t(state === "ok" ? "test.location.ok" : "test.location.weak", {
        span: span(value),
        m: check.accuracyM ?? 0,
      });
    if (name === "battery" && value !== undefined)
      return t(state === "ok" ? "test.battery.ok" : "test.battery.failed", { n: percent(value) });
    if (name === "link" && value !== undefined)
      return t(state === "ok" ? "test.link.ok" : "test.link.slow", { n: value });
    if (name === "clock" && state === "failed")
      return t("test.clock.failed", { span: span(Math.abs(value ?? 0)), side: (value ?? 0) > 0 ? "ahead" : "behind" });
    return t.maybe(`test.${name}.${state}`) ?? "";
  };
}

function Mark({ state }: { readonly state: CheckState }) {
  if (state === "ok") return <Tick size={28} aria-hidden="true" />;
  if (state === "failed") return <X size={28} aria-hidden="true" />;
  if (state === "unknown") return <CircleHelp size={28} aria-hidden="true" />;
  return <CircleDashed size={28} aria-hidden="true" />;
}
