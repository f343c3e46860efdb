/** Language and theme of this device: switched without reload, remembered. */

import { create } from "zustand";
import { persist } from "zustand/middleware";

export type Lang = "fa" | "en";
export type Theme = "day" | "night" | "glare";

interface Prefs {
  readonly lang: Lang;
  readonly theme: Theme;
  setLang(lang: Lang): void;
  setTheme(theme: Theme): void;
  toggleLang(): void;
  /** Day and night; glare is chosen by name only. */
  toggleTheme(): void;
}

export const usePrefs = create<Prefs>()(
  persist(
    (set) => ({
      lang: "fa",
      theme: "day",
      setLang: (lang) => set({ lang }),
      setTheme: (theme) => set({ theme }),
      toggleLang: () => set((now) => ({ lang: now.lang === "fa" ? "en" : "fa" })),
      toggleTheme: () => set((now) => ({ theme: now.theme === "night" ? "day" : "night" })),
    }),
    { name: "nazdik.prefs", partialize: ({ lang, theme }) => ({ lang, theme }) },
  ),
);

/** Keep the document's language, direction and theme in step; call once an entry. */
export function applyPrefs(): void {
  const apply = ({ lang, theme }: Prefs): void => {
    const root = document.documentElement;
    root.lang = lang;
    root.dir = lang === "fa" ? "rtl" : "ltr";
    root.dataset.theme = theme;
  };
  apply(usePrefs.getState());
  usePrefs.subscribe(apply);
  // Another window of the same desk switched.
  addEventListener("storage", (event) => {
    if (event.key === "nazdik.prefs") void usePrefs.persist.rehydrate();
  });
}
