import type { ReactNode } from "react";
import { useEffect } from "react";
import { I18nProvider } from "react-aria";
import { usePrefs } from "../../i18n/prefs";
import { fetchLater } from "./later";
import { LOCALES } from "./locales";

/** Tells React Aria the page's language, and fetches its larger parts when the page has come to rest: a key then finds them here. */
export function Speak({ children }: { readonly children: ReactNode }) {
  const lang = usePrefs((prefs) => prefs.lang);
  useEffect(() => fetchLater(), []);
  return <I18nProvider locale={LOCALES[lang]}>{children}</I18nProvider>;
}
