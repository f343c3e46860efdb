import { useApp, useLoad } from "../../app/hooks";
import { useT } from "../../i18n/hooks";
import { ErrorState, Loading } from "../../ui";
import { messages } from "./messages";
import { SettingPage } from "./SettingPage";
import type { SettingKind } from "./settings";

/** A setting that a province has and no office below it: usual priorities of kinds, texts of messages, how long what is kept, who needs a second factor. */
export function ProvinceSection({
  province,
  name,
}: {
  readonly province: string;
  readonly name: "kinds" | "texts" | "services" | "retention" | "nation" | "ways_in";
}) {
  const app = useApp();
  const t = useT(messages);
  const { value, problem, again } = useLoad(
    (signal) => app.api.get<{ kinds: SettingKind[] }>("/v1/settings/kinds", {}, signal),
    [app],
  );
  const kind = value?.kinds.find((each) => each.kind === name);
  return (
    <div className="admin-page">
      {kind ? (
        <SettingPage kind={kind} subject={province} title={t(`admin.section.${name}`)} onActed={again} />
      ) : problem ? (
        <ErrorState problem={problem} onRetry={again} />
      ) : (
        <Loading rows={12} onRetry={again} />
      )}
    </div>
  );
}
