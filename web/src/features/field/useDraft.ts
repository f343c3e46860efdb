import { useState } from "react";
import { pocket } from "./pocket";

/** What is being typed, kept through a reload and through an offer that takes the screen; emptied at once when sent. */
export function useDraft(name: string): readonly [string, (text: string) => void] {
  const [text, setText] = useState(() => pocket.get(name) ?? "");
  const write = (typed: string) => {
    setText(typed);
    pocket.set(name, typed || null);
  };
  return [text, write];
}
