import { useT } from "../i18n/hooks";
import { Dialog } from "./Dialog";
import { KeyHint } from "./KeyHint";

interface Props {
  readonly keys: readonly { readonly keys: string; readonly what: string }[];
  readonly onClose: () => void;
}

/** F1: every key of the screen and what it does. */
export function KeyHelp({ keys, onClose }: Props) {
  const t = useT();
  return (
    <Dialog title={t("help.title")} onClose={onClose}>
      <table className="key-table">
        <thead>
          <tr>
            <th scope="col">{t("help.key")}</th>
            <th scope="col">{t("help.what")}</th>
          </tr>
        </thead>
        <tbody>
          {keys.map((each) => (
            <tr key={each.keys}>
              <td>
                <KeyHint keys={each.keys} />
              </td>
              <td>{each.what}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </Dialog>
  );
}
