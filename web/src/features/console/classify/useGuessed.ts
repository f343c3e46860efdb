/** What the server takes typed words for, asked at every pause of the fingers; without an answer the desk's own words serve. */

import { useEffect, useMemo, useState } from "react";
import { useApp } from "../../../app/hooks";
import type { Priority } from "../../../core/views";
import { useConsole } from "../context";
import { guessKinds } from "../kinds";

export interface Why {
  readonly typed: string;
  readonly gloss: string;
  readonly kind: string;
  readonly priority: number | null;
}

export interface Guess {
  readonly code: string;
  readonly priority: Priority;
  readonly words: readonly string[];
  readonly reasons: readonly Why[];
}

export interface Guessed {
  readonly guesses: readonly Guess[];
  readonly denied: readonly string[];
  /** Of the dictionary; empty when the server did not answer. */
  readonly version: string;
}

/** What a call keeps of a proposal. */
export interface KindGuess {
  readonly kind: string;
  readonly words: readonly string[];
  readonly version: string;
}

const ASK_AFTER_MS = 60;
const NOTHING: Guessed = { guesses: [], denied: [], version: "" };

export function useGuessed(text: string, asks = true): Guessed {
  const { api } = useApp();
  const { kinds } = useConsole();
  const [answer, setAnswer] = useState<{ readonly text: string; readonly found: Guessed } | null>(null);
  const said = text.trim();
  useEffect(() => {
    if (!asks || said.length < 2) return;
    const stop = new AbortController();
    const timer = setTimeout(() => {
      api.post<Guessed>("/v1/kinds/guess", { text: said, limit: 5 }, stop.signal).then(
        (found) => setAnswer({ text: said, found }),
        () => undefined,
      );
    }, ASK_AFTER_MS);
    return () => {
      clearTimeout(timer);
      stop.abort();
    };
  }, [api, asks, said]);
  return useMemo(() => {
    if (!asks || said.length < 2) return NOTHING;
    // The answer to what was typed a moment ago is better than none; one to other words is not.
    if (answer && (answer.text === said || said.startsWith(answer.text))) return answer.found;
    const guesses = guessKinds(kinds, said).map(({ code }) => ({
      code,
      priority: (kinds.find((each) => each.code === code)?.priority ?? 3) as Priority,
      words: [],
      reasons: [],
    }));
    return { guesses, denied: [], version: "" };
  }, [asks, said, answer, kinds]);
}

/** What to keep with the call of the proposal that was on the screen when its kind was chosen. */
export function keptOf(guessed: Guessed): KindGuess | null {
  const first = guessed.guesses[0];
  return first && guessed.version !== "" ? { kind: first.code, words: first.words, version: guessed.version } : null;
}
