import { useApp, useLoad } from "../../app/hooks";
import { useFormats, useT } from "../../i18n/hooks";
import { Ltr } from "../../ui/Ltr";
import { Empty, ErrorState, Loading } from "../../ui/states";
import { Sheet } from "../field/parts";
import { type Looks, wordOf } from "./looks";
import { messages } from "./messages";
import { ownMessages } from "./own/messages";
import "./looks.css";

/** A crew's own record: which posts looked at where its unit was, a week and more ago. */
export default function OwnLooks({ onClose }: { readonly onClose: () => void }) {
  const app = useApp();
  const t = useT(messages);
  const own = useT(ownMessages);
  const { moment } = useFormats();
  const { value, problem, again, at } = useLoad((signal) => app.api.get<Looks>("/v1/looks/own", {}, signal), [app]);
  return (
    <Sheet title={own("looks.own")} onClose={onClose}>
      <p className="muted">{own("looks.ownHint")}</p>
      {!value ? (
        problem ? (
          <ErrorState problem={problem} onRetry={again} />
        ) : (
          <Loading onRetry={again} />
        )
      ) : value.looks.length === 0 ? (
        <Empty at={at}>{own("looks.ownNone")}</Empty>
      ) : (
        <ul className="looks-own">
          {value.looks.map((look, n) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: the list is only ever replaced as a whole
            <li key={n}>
              <span className="looks-by">
                <b>{t.maybe(`role.${look.role}`) ?? look.role}</b> <Ltr>{look.actor.replace(/^seat:/, "")}</Ltr>
              </span>
              <time dateTime={look.at}>
                <bdi dir="ltr">{moment(Date.parse(look.at), app.clock.now())}</bdi>
              </time>
              <span>
                {t.maybe(`looks.what.${wordOf(look.what)}`) ?? look.what}
                {t.maybe(`looks.purpose.${look.purpose}`) === null && look.purpose !== "" && (
                  <>
                    : <bdi>{look.purpose}</bdi>
                  </>
                )}
              </span>
            </li>
          ))}
        </ul>
      )}
    </Sheet>
  );
}
