import { useApp, useLoad } from "../../../app/hooks";
import type { OfficeId } from "../../../core/units";
import { useFormats, useNamed, useT } from "../../../i18n/hooks";
import { Button, Empty, ErrorState, Loading } from "../../../ui";
import { Person } from "../Person";
import { SettingPage } from "../SettingPage";
import type { SettingKind, Touched } from "../settings";
import { ImportFile } from "./ImportFile";
import type { Listing } from "./imports";
import { listOf } from "./imports";
import { messages } from "./messages";

interface Props {
  readonly root: OfficeId;
  readonly subject: string | null;
  readonly onSubject: (subject: string | null) => void;
}

/** Lists from a spreadsheet: look at a file, draft it; read and publish what others drafted. */
export function ImportsSection({ root, subject, onSubject }: Props) {
  const app = useApp();
  const t = useT(messages);
  const named = useNamed();
  const { moment } = useFormats();
  const { value, problem, again, at } = useLoad(
    async (signal) => {
      const [lists, kinds, touched] = await Promise.all([
        app.api.get<{ lists: Listing[] }>("/v1/imports", {}, signal),
        app.api.get<{ kinds: SettingKind[] }>("/v1/settings/kinds", {}, signal),
        app.api.get<{ settings: Touched[] }>("/v1/settings", { office: root }, signal),
      ]);
      return {
        lists: lists.lists,
        kinds: kinds.kinds,
        earlier: touched.settings.filter((each) => listOf(each.kind) !== null),
      };
    },
    [app, root],
  );
  if (!value) return problem ? <ErrorState problem={problem} onRetry={again} /> : <Loading rows={8} onRetry={again} />;
  const labelOf = (kind: string) => {
    const list = value.lists.find((each) => each.name === listOf(kind));
    return list ? named(list.label) : kind;
  };
  const one = value.earlier.find((each) => each.subject === subject);
  const kind = value.kinds.find((each) => each.kind === one?.kind);
  if (one && kind)
    return (
      <div className="admin-page">
        <Button look="quiet" onClick={() => onSubject(null)}>
          {t("imports.back")}
        </Button>
        <SettingPage key={one.subject} kind={kind} subject={one.subject} title={labelOf(one.kind)} onActed={again} />
      </div>
    );
  return (
    <div className="admin-page">
      {problem && <ErrorState problem={problem} onRetry={again} />}
      <ImportFile
        lists={value.lists}
        root={root}
        onDrafted={(drafted) => {
          again();
          onSubject(drafted.subject);
        }}
      />
      <section className="admin-card" aria-labelledby="imports-earlier">
        <h2 id="imports-earlier">{t("imports.earlier")}</h2>
        {value.earlier.length === 0 ? (
          <Empty at={at}>{t("imports.noEarlier")}</Empty>
        ) : (
          <ul className="admin-list">
            {value.earlier.map((each) => {
              const when = each.drafted_at ?? each.changed_at;
              const by = each.drafted_by ?? each.changed_by;
              return (
                <li key={each.subject}>
                  <span>
                    <b>{labelOf(each.kind)}</b>{" "}
                    <span className="admin-mark">{t(each.drafted_by ? "imports.waiting" : "imports.published")}</span>
                  </span>
                  <span>
                    {by && <Person id={by} />}{" "}
                    {when && <bdi dir="ltr">{moment(Date.parse(when), app.clock.now())}</bdi>}
                    {each.why && ` · «${each.why}»`}
                  </span>
                  <Button onClick={() => onSubject(each.subject)}>{t("imports.open")}</Button>
                </li>
              );
            })}
          </ul>
        )}
      </section>
    </div>
  );
}
