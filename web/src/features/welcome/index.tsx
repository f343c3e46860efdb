import { useT } from "../../i18n/hooks";

export function Welcome() {
  const t = useT();
  return <main>{t("app.name110")}</main>;
}
