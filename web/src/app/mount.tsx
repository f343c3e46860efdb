import type { ReactNode } from "react";
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { applyPrefs } from "../i18n/prefs";
import "../ui/tokens.css";
import "../ui/base.css";
import "../ui/controls.css";
import { App } from "./app";
import { Provide } from "./SignedIn";

/** Start a face: preferences applied, parts built, tree mounted. */
export function mount(face: ReactNode): App {
  applyPrefs();
  const app = new App();
  const root = document.getElementById("root");
  if (!root) throw new Error("no #root");
  createRoot(root).render(
    <StrictMode>
      <Provide app={app}>{face}</Provide>
    </StrictMode>,
  );
  return app;
}
