import { useNamed, useT } from "../../i18n/hooks";
import { messages } from "./messages";
import type { Line } from "./settings";

/** Differences as a table people can read aloud: what, as it is, as it would be. */
export function Lines({ lines, past = false }: { readonly lines: readonly Line[]; readonly past?: boolean }) {
  const t = useT(messages);
  const named = useNamed();
  if (lines.length === 0) return <p className="muted">{t("admin.noLines")}</p>;
  return (
    <table className="admin-lines">
      <thead>
        <tr>
          <th scope="col">{t("admin.line.what")}</th>
          <th scope="col">{t(past ? "admin.line.was" : "admin.line.now")}</th>
          <th scope="col">{t(past ? "admin.line.became" : "admin.line.then")}</th>
        </tr>
      </thead>
      <tbody>
        {lines.map((line, n) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: two hazards may stand at one place, and lines never move.
          <tr key={`${n} ${line.what.en}`}>
            <th scope="row">{named(line.what)}</th>
            <td>
              <del>{named(line.before)}</del>
            </td>
            <td>
              <ins>{named(line.after)}</ins>
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
