/** Small pieces that several panes use. */

import { useApp, usePending } from "../../app/hooks";
import { PendingMark } from "../../ui";

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
