import type { ReactNode } from "react";
import { useId } from "react";

interface Props {
  readonly title: ReactNode;
  readonly aside?: ReactNode;
  readonly children: ReactNode;
  readonly className?: string;
  readonly panel?: string;
}

/** A part of a desk with its name above it. */
export function Panel({ title, aside, children, className, panel }: Props) {
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
