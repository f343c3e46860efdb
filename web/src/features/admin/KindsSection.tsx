import { useApp, useLoad } from "../../app/hooks";
import { useT } from "../../i18n/hooks";
import { ErrorState, Loading } from "../../ui";
import { messages } from "./messages";
import { SettingPage } from "./SettingPage";
import type { SettingKind } from "./settings";

/** How urgent each kind usually is in a province, and how near counts as being there. */
export function KindsSection({ province }: { readonly province: string }) {
  const app = useApp();
  const t = useT(messages);
  const { value, problem, again } = useLoad(
    (signal) => app.api.get<{ kinds: SettingKind[] }>("/v1/settings/kinds", {}, signal),
    [app],
  );
  const kind = value?.kinds.find((each) => each.kind === "kinds");
  return (
    <div className="admin-page">
      {kind ? (
        <SettingPage kind={kind} subject={province} title={t("admin.section.kinds")} onActed={again} />
      ) : problem ? (
        <ErrorState problem={problem} onRetry={again} />
      ) : (
        <Loading rows={12} onRetry={again} />
      )}
    </div>
  );
}
