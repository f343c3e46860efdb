import type { ReactNode } from "react";
import { useEffect, useState } from "react";
import { useT } from "../../../i18n/hooks";
import { KeyHint } from "../../../ui";
import { messages } from "./messages";
import { keepUses, keptUses, used } from "./uses";

const SHOWN_MS = 10_000;

interface Lesson {
  readonly name: string;
  readonly keys: string;
}

/** After three presses of a button with the mouse its key is told for ten seconds, once; otherwise what stands here anyway. */
export function KeyLesson({ children }: { readonly children: ReactNode }) {
  const t = useT(messages);
  const [lesson, setLesson] = useState<Lesson | null>(null);
  useEffect(() => {
    const see = (event: MouseEvent) => {
      const pressed = lessonOf(event);
      if (!pressed) return;
      const { uses, tell } = used(keptUses(), pressed.keys);
      keepUses(uses);
      if (tell) setLesson(pressed);
    };
    document.addEventListener("click", see, { capture: true });
    return () => document.removeEventListener("click", see, { capture: true });
  }, []);
  useEffect(() => {
    if (!lesson) return;
    const timer = setTimeout(() => setLesson(null), SHOWN_MS);
    return () => clearTimeout(timer);
  }, [lesson]);
  if (!lesson) return children;
  return (
    <span className="key-lesson">
      {t("teach.key", { name: lesson.name })} <KeyHint keys={lesson.keys} />
    </span>
  );
}

/** What was pressed, when it was with a pointer and has a key. A press by Enter or Space counts no clicks. */
function lessonOf(event: MouseEvent): Lesson | null {
  if (event.detail === 0 || !(event.target instanceof Element)) return null;
  const button = event.target.closest("button");
  const keys = button?.querySelector(".key-hint")?.textContent;
  if (!button || !keys || button.getAttribute("aria-disabled") === "true") return null;
  const said = (button.getAttribute("aria-label") ?? button.textContent ?? "").trim();
  return { keys, name: said.endsWith(keys) ? said.slice(0, -keys.length).trim() : said };
}
