import { useReference } from "../../app/hooks";
import { useT } from "../../i18n/hooks";
import { Ltr } from "../../ui";
import { messages } from "./messages";

/** Who looked, by the very name they sign in with: an inspector has to know which of two dispatchers it was. */
export function Who({ id }: { readonly id: string }) {
  const t = useT(messages);
  const { session } = useReference();
  return id === session.person ? <b>{t("looks.you")}</b> : <Ltr>{id.replace(/^seat:/, "")}</Ltr>;
}
