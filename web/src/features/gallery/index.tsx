/** Every shared piece in every state, in both languages and all themes. It needs no server; `tests/browser/test_gallery.py` compares it. */

import { useMemo } from "react";
import { AppContext } from "../../app/hooks";
import { useT } from "../../i18n/hooks";
import { usePrefs } from "../../i18n/prefs";
import { Button, LanguageName, Segmented } from "../../ui";
import { Buttons, Dates, Dialogs, Fields, Suggestions } from "./controls";
import "../../map/map.css";
import "./gallery.css";
import { Lists } from "./lists";
import { Maps } from "./maps";
import { messages } from "./messages";
import { Signs, Type } from "./signs";
import { stillApp } from "./still";

export function Gallery() {
  const t = useT(messages);
  const app = useMemo(() => stillApp(), []);
  const { theme, setTheme, toggleLang } = usePrefs();
  return (
    <AppContext value={app}>
      <main className="gallery">
        <header className="gallery-head">
          <h1>{t("gallery.title")}</h1>
          <Segmented
            label={t("do.theme")}
            value={theme}
            options={(["day", "night", "glare"] as const).map((each) => ({ value: each, label: t(`theme.${each}`) }))}
            onChange={setTheme}
          />
          <Button onClick={toggleLang}>
            <LanguageName />
          </Button>
        </header>
        <Type />
        <Buttons />
        <Fields />
        <Dates />
        <Signs />
        <Maps />
        <Lists />
        <Dialogs />
        <Suggestions />
      </main>
    </AppContext>
  );
}
