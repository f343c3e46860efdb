import { useState } from "react";

/** What is being typed, kept through a reload and through an offer that takes the screen; emptied at once when sent. */
export function useDraft(name: string): readonly [string, (text: string) => void] {
  const [text, setText] = useState(() => {
    try {
      return localStorage.getItem(name) ?? "";
    } catch {
      return "";
    }
  });
  const write = (typed: string) => {
    setText(typed);
    try {
      if (typed) localStorage.setItem(name, typed);
      else localStorage.removeItem(name);
    } catch {
      // The draft lives as long as the page.
    }
  };
  return [text, write];
}
