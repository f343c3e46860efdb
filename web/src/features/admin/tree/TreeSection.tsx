import { useApp, useLoad } from "../../../app/hooks";
import { useT } from "../../../i18n/hooks";
import { ErrorState, Loading } from "../../../ui";
import { messages as admin } from "../messages";
import { SettingPage } from "../SettingPage";
import type { SettingKind } from "../settings";
import { TreeEditor } from "./TreeEditor";
import type { Tree, TreeValue } from "./tree";
import "./tree.css";

/** The office tree of a province: seen, drafted, read by somebody else, published, taken back. */
export function TreeSection({ province }: { readonly province: string }) {
  const app = useApp();
  const t = useT(admin);
  const kinds = useLoad((signal) => app.api.get<{ kinds: SettingKind[] }>("/v1/settings/kinds", {}, signal), [app]);
  const tree = useLoad(
    (signal) => app.api.get<Tree>(`/v1/office-trees/${encodeURIComponent(province)}`, {}, signal),
    [app, province],
  );
  const kind = kinds.value?.kinds.find((each) => each.kind === "offices");
  const problem = kinds.problem ?? tree.problem;
  const again = () => {
    kinds.again();
    tree.again();
  };
  const inForce = tree.value;
  return (
    <div className="admin-page">
      {kind && inForce ? (
        <SettingPage
          kind={kind}
          subject={province}
          title={t("admin.section.offices")}
          onActed={again}
          form={(value, setting, onPart) => (
            <TreeEditor
              tree={inForce}
              value={value as unknown as TreeValue}
              published={setting as unknown as TreeValue}
              readOnly={!kind.may_change}
              onValue={(next) => {
                onPart("offices", next.offices);
                onPart("grounds", next.grounds);
                onPart("sectors", next.sectors);
              }}
            />
          )}
        />
      ) : problem ? (
        <ErrorState problem={problem} onRetry={again} />
      ) : (
        <Loading rows={12} onRetry={again} />
      )}
    </div>
  );
}
