import { ladderOf } from "../core/selectors";
import type { Assignment } from "../core/views";
import { useT } from "../i18n/hooks";

const STEPS = ["sent", "delivered", "sounded", "accepted"] as const;

/** Four ticks: sent, delivered, sounded, accepted. */
export function Ladder({ assignment }: { readonly assignment: Assignment }) {
  const t = useT();
  const ticks = ladderOf(assignment);
  const reached = ticks.lastIndexOf(true) + 1;
  const last = reached === 0 ? "" : t(`ladder.${STEPS[reached - 1] ?? "sent"}`);
  const label = t("ladder.label", { n: reached, last });
  return (
    <span className="ladder" role="img" aria-label={label} data-tip={label} data-done={ticks[3] || undefined}>
      {STEPS.map((step, n) => (
        <i key={step} data-on={ticks[n]} />
      ))}
    </span>
  );
}
