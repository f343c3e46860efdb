import { useFormats, useNamed, useT } from "../../i18n/hooks";
import { messages } from "./messages";
import type { Line } from "./settings";
import { pieces } from "./settings";

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
            <th scope="row">
              <Said text={named(line.what)} />
            </th>
            <td>
              <del>
                <Said text={named(line.before)} />
              </del>
            </td>
            <td>
              <ins>
                <Said text={named(line.after)} />
              </ins>
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

/** Words of the server, with each instant in them as the reader's own day and time. */
function Said({ text }: { readonly text: string }) {
  const { date, time } = useFormats();
  return pieces(text).map((piece, n) =>
    typeof piece === "string" ? (
      piece
    ) : (
      // biome-ignore lint/suspicious/noArrayIndexKey: the pieces of one text never move.
      <bdi key={n} dir="ltr">{`${date(piece.ms)} ${time(piece.ms)}`}</bdi>
    ),
  );
}
