/** Small pieces that several panes use. */

import type { ReactNode } from "react";
import { useId } from "react";
import { useApp, usePending } from "../../app/hooks";
import { PendingMark } from "../../ui";

interface PanelProps {
  readonly title: ReactNode;
  readonly aside?: ReactNode;
  readonly children: ReactNode;
  readonly className?: string;
  readonly panel?: string;
}

export function Panel({ title, aside, children, className, panel }: PanelProps) {
  const id = useId();
  return (
    <section className={className ? `pane ${className}` : "pane"} aria-labelledby={id} data-panel={panel}>
      <header className="pane-head">
        <h2 id={id}>{title}</h2>
        {aside && <span className="pane-aside">{aside}</span>}
      </header>
      {children}
    </section>
  );
}

/** What this desk asked of a thing and the world does not show yet, or refused. */
export function PendingLines({
  subject,
  quiet,
  never,
}: {
  readonly subject: string;
  /** Acts shown elsewhere while under way; refusals still show. */
  readonly quiet?: readonly string[];
  readonly never?: readonly string[];
}) {
  const { pending } = useApp();
  const all = usePending(subject).filter(
    (each) => !never?.includes(each.action) && (each.state === "refused" || !quiet?.includes(each.action)),
  );
  if (all.length === 0) return null;
  return (
    <div className="pending-lines">
      {all.map((each) => (
        <PendingMark key={each.id} pending={each} onDismiss={() => pending.dismiss(each.id)} />
      ))}
    </div>
  );
}

/** In a row there is room for a mark only: dots while under way, a cross when refused. */
export function PendingDot({ subject }: { readonly subject: string }) {
  const all = usePending(subject);
  const last = all[all.length - 1];
  if (!last) return null;
  return <span className="pending-dot" data-state={last.state} aria-hidden="true" />;
}

/** One of several, from a list that opens. */
export function Choice({
  label,
  value,
  options,
  autoFocus,
  onChange,
}: {
  readonly label: string;
  readonly value: string;
  readonly options: readonly (readonly [string, string])[];
  readonly autoFocus?: boolean;
  readonly onChange: (value: string) => void;
}) {
  return (
    <label className="choice">
      <span className="field-label">{label}</span>
      <select
        className="input"
        value={value}
        // biome-ignore lint/a11y/noAutofocus: it opens by a key, and whoever pressed it goes on here.
        autoFocus={autoFocus}
        onChange={(event) => onChange(event.currentTarget.value)}
      >
        {options.map(([code, text]) => (
          <option key={code} value={code}>
            {text}
          </option>
        ))}
      </select>
    </label>
  );
}
