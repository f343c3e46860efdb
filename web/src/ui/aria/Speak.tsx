import type { ReactNode } from "react";
import { useEffect, useState } from "react";
import { I18nProvider } from "react-aria";
import { usePrefs } from "../../i18n/prefs";
import { part } from "../part";
import { fetchLater } from "./later";
import { LOCALES } from "./locales";

const Tips = part(
  async () => (await import("./Tips")).Tips,
  () => null,
);

/** Tells React Aria the page's language, and fetches its larger parts when the page has come to rest: a key then finds them here. */
export function Speak({ children }: { readonly children: ReactNode }) {
  const lang = usePrefs((prefs) => prefs.lang);
  const [rested, setRested] = useState(false);
  useEffect(() => fetchLater(() => setRested(true)), []);
  return (
    <I18nProvider locale={LOCALES[lang]}>
      {children}
      {rested && <Tips />}
    </I18nProvider>
  );
}
