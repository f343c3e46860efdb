/** Acts of another unit that this device can no longer send: said plainly, once, before the device is used for its new unit. */

import { useApp } from "../../../app/hooks";
import { useFormats, useT } from "../../../i18n/hooks";
import { Button } from "../../../ui/Button";
import { Ltr } from "../../../ui/Ltr";
import type { Waiting } from "../keep";
import { keep } from "../keep";
import { messages } from "./messages";
import { isForHelp, signsOf } from "./Unsent";

interface Props {
  readonly lost: readonly Waiting[];
  readonly onRead: () => void;
}

export default function Lost({ lost, onRead }: Props) {
  const t = useT(messages);
  const { moment } = useFormats();
  const { clock } = useApp();
  const read = async () => {
    await Promise.all(lost.map(({ id }) => keep.deleteEntry(id).catch(() => undefined)));
    onRead();
  };
  return (
    <main className="state">
      <h1>{t("lost.title")}</h1>
      <p role="alert">
        {t("lost.what", { n: lost.length })} <Ltr>{signsOf(lost)}</Ltr>
      </p>
      <ul>
        {lost.map((each) => (
          <li key={each.id}>
            {isForHelp(each) ? <strong>{t("lost.help")}</strong> : t("lost.act")} ·{" "}
            {moment(Date.parse(each.deviceAt), clock.now())}
          </li>
        ))}
      </ul>
      <p>{t("lost.say")}</p>
      <Button look="primary" size="hand" onClick={() => void read()}>
        {t("lost.read")}
      </Button>
    </main>
  );
}
