import { useApp, useLoad } from "../../../app/hooks";
import type { Named } from "../../../core/views";
import { useFormats, useNamed, useT } from "../../../i18n/hooks";
import { ErrorState, Loading } from "../../../ui";
import { messages } from "./messages";

interface Past {
  readonly incidents: number;
  readonly days: number;
  readonly other: number;
  readonly units: number;
  readonly rows: readonly {
    readonly kind: Named;
    readonly incidents: number;
    readonly before: Named;
    readonly after: Named;
    readonly units: number;
  }[];
}

/** What the drafted plans would have sent to the last incidents, beside those in force. */
export function OnPast({ path }: { readonly path: string }) {
  const app = useApp();
  const t = useT(messages);
  const named = useNamed();
  const { num } = useFormats();
  const { value, problem, again } = useLoad((signal) => app.api.get<Past>(`${path}/past`, {}, signal), [app, path]);
  if (!value) return problem ? <ErrorState problem={problem} onRetry={again} /> : <Loading rows={2} onRetry={again} />;
  return (
    <section aria-label={t("books.past")} className="book-edit">
      <h3>{t("books.past")}</h3>
      <p>
        {value.incidents === 0
          ? t("books.pastNone", { days: value.days })
          : t("books.pastOther", { n: value.incidents, other: value.other, days: value.days })}{" "}
        {value.units !== 0 && t(value.units > 0 ? "books.pastMore" : "books.pastFewer", { n: Math.abs(value.units) })}
      </p>
      {value.rows.length > 0 && (
        <table className="admin-lines">
          <thead>
            <tr>
              <th scope="col">{t("books.kind")}</th>
              <th scope="col">{t("books.pastIncidents")}</th>
              <th scope="col">{t("books.pastBefore")}</th>
              <th scope="col">{t("books.pastAfter")}</th>
            </tr>
          </thead>
          <tbody>
            {value.rows.map((row) => (
              <tr key={`${row.kind.en} ${row.before.en} ${row.after.en}`}>
                <th scope="row">{named(row.kind)}</th>
                <td className="num">{num(row.incidents)}</td>
                <td>{named(row.before)}</td>
                <td>
                  <ins>{named(row.after)}</ins>
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </section>
  );
}
