import type { ReactNode } from "react";
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import type { CommonKey } from "../i18n/catalogue";
import { translator } from "../i18n/catalogue";
import { applyPrefs, usePrefs } from "../i18n/prefs";
import "../ui/tokens.css";
import "../ui/base.css";
import "../ui/controls.css";
import type { WaysOut } from "./app";
import { App } from "./app";
import { AppContext } from "./hooks";

type FaceTitle = Extract<CommonKey, `face.${string}`>;

/** Start a face: preferences applied, title in the language of the page, parts built, tree mounted. */
export function mount(face: ReactNode, title: FaceTitle, out: WaysOut | null = null): App {
  applyPrefs();
  const entitle = () => {
    document.title = translator(usePrefs.getState().lang)(title);
  };
  entitle();
  usePrefs.subscribe(entitle);
  const app = new App(out);
  const root = document.getElementById("root");
  if (!root) throw new Error("no #root");
  createRoot(root).render(
    <StrictMode>
      <AppContext value={app}>{face}</AppContext>
    </StrictMode>,
  );
  return app;
}
