import { useT } from "../../../i18n/hooks";
import { messages } from "./messages";
import { Spark } from "./Spark";

/** Two hours of one measure as a small line, with its first, last and highest value in words. */
export function TwoHours({
  what,
  values,
  said,
}: {
  readonly what: string;
  readonly values: readonly (number | null)[];
  readonly said: (value: number) => string;
}) {
  const t = useT(messages);
  const known = values.filter((each): each is number => each !== null);
  if (known.length === 0) return <span className="muted">{t("trends.noLine")}</span>;
  const words = { first: said(known[0] ?? 0), last: said(known.at(-1) ?? 0), most: said(Math.max(...known)) };
  return <Spark values={values} label={t("trends.line", { what, ...words })} />;
}
