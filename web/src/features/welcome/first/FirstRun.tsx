import { lazy, type ReactNode, Suspense } from "react";
import { useApp, useLoad } from "../../../app/hooks";
import { Loading } from "../../../ui";
import type { Step } from "./run";

const Setup = lazy(() => import("./Setup"));

/** What stands on the first page of a server that nobody has set up yet; on any other, what it is given. `open`: it has a region. */
export function FirstRun({ open, children }: { readonly open: boolean; readonly children: ReactNode }) {
  const app = useApp();
  const { value, problem, again } = useLoad(
    (signal) => app.api.get<{ step: Step }>("/v1/first-run", {}, signal),
    [app],
  );
  if (!value && !problem) return <Loading onRetry={again} />;
  if (!value || value.step === "done") return children;
  return (
    <Suspense fallback={<Loading />}>
      <Setup step={value.step} open={open} onNext={again} />
    </Suspense>
  );
}
