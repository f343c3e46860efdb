import { useT } from "../../i18n/hooks";
import { Ltr } from "../../ui";
import { When } from "../admin/When";
import { type Look, wordOf } from "./looks";
import { messages } from "./messages";
import { Who } from "./Who";

/** Looks, the newest first. */
export function LooksTable({ looks }: { readonly looks: readonly Look[] }) {
  const t = useT(messages);
  return (
    <div className="looks-scroll">
      <table className="admin-lines looks-table">
        <thead>
          <tr>
            <th scope="col">{t("looks.col.at")}</th>
            <th scope="col">{t("looks.col.who")}</th>
            <th scope="col">{t("looks.col.role")}</th>
            <th scope="col">{t("looks.col.what")}</th>
            <th scope="col">{t("looks.col.why")}</th>
          </tr>
        </thead>
        <tbody>
          {looks.map((look, n) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: the list is only ever replaced as a whole
            <tr key={n}>
              <td>
                <When at={look.at} />
              </td>
              <td>
                <Who id={look.actor} />
              </td>
              <td>{t.maybe(`role.${look.role}`) ?? <Ltr>{look.role || "—"}</Ltr>}</td>
              <td>
                {t.maybe(`looks.what.${wordOf(look.what)}`) ?? <Ltr>{look.what}</Ltr>}
                {look.working && <span className="admin-mark looks-mark">{t("looks.working")}</span>}
              </td>
              <td>{t.maybe(`looks.purpose.${look.purpose}`) ?? <bdi>{look.purpose}</bdi>}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
