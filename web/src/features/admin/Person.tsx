import { useReference } from "../../app/hooks";
import { useT } from "../../i18n/hooks";
import { Ltr } from "../../ui";
import { messages } from "./messages";

/** Who did it: you, or the other by the name they sign in with; a seat of the demo by its role. */
export function Person({ id }: { readonly id: string }) {
  const t = useT(messages);
  const { session } = useReference();
  if (id === session.person) return <b>{t("admin.you")}</b>;
  const seat = /^seat:(\w+):/.exec(id);
  const role = seat && t.maybe(`role.${seat[1]}`);
  return role ? <span data-tip={id}>{role}</span> : <Ltr>{id}</Ltr>;
}
