import { useApp } from "../../app/hooks";
import { useFormats } from "../../i18n/hooks";

/** An instant: the time today, date and time otherwise. */
export function When({ at }: { readonly at: string }) {
  const app = useApp();
  const { moment } = useFormats();
  return (
    <time dateTime={at}>
      <bdi dir="ltr">{moment(Date.parse(at), app.clock.now())}</bdi>
    </time>
  );
}
