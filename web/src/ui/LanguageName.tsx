import { useT } from "../i18n/hooks";

/** The other language, in its own words and read aloud as such. */
export function LanguageName() {
  const t = useT();
  return <span lang={t.lang === "fa" ? "en" : "fa"}>{t("do.languageName")}</span>;
}
