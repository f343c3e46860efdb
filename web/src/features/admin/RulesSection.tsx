import { useCallback } from "react";
import { useApp, useLoad, useReference } from "../../app/hooks";
import type { OfficeId } from "../../core/units";
import { useNamed, useT } from "../../i18n/hooks";
import { ErrorState, Loading } from "../../ui";
import { messages } from "./messages";
import { OfficeList } from "./OfficeList";
import { SettingPage } from "./SettingPage";
import type { SettingKind, Touched } from "./settings";

interface Props {
  readonly root: OfficeId;
  readonly office: string;
  readonly onOffice: (id: string) => void;
}

/** How each office wants dispatch to behave. */
export function RulesSection({ root, office, onOffice }: Props) {
  const app = useApp();
  const t = useT(messages);
  const named = useNamed();
  const { offices } = useReference();
  const kinds = useLoad((signal) => app.api.get<{ kinds: SettingKind[] }>("/v1/settings/kinds", {}, signal), [app]);
  const touched = useLoad(
    (signal) => app.api.get<{ settings: Touched[] }>("/v1/settings", { office: root }, signal),
    [app, root],
  );
  const markOf = useCallback(
    (id: string) => {
      const found = touched.value?.settings.find((each) => each.kind === "rules" && each.subject === id);
      if (!found) return null;
      return found.drafted_by !== null ? t("admin.mark.draft") : t("admin.mark.changed");
    },
    [touched.value, t],
  );
  const kind = kinds.value?.kinds.find((each) => each.kind === "rules");
  const at = offices.find(office as OfficeId);
  return (
    <div className="admin-two">
      <OfficeList root={root} selected={office} onSelect={onOffice} markOf={markOf} />
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by key, also where nothing may be changed. */}
      <section className="admin-page" tabIndex={0} aria-label={t("admin.section.rules")}>
        {kind && at ? (
          <SettingPage
            key={office}
            kind={kind}
            subject={office}
            title={t("admin.rulesOf", { office: named(at.name) })}
            onActed={touched.again}
          />
        ) : kinds.problem ? (
          <ErrorState problem={kinds.problem} onRetry={kinds.again} />
        ) : (
          <Loading rows={12} onRetry={kinds.again} />
        )}
      </section>
    </div>
  );
}
