import { listText, useT } from "../../../i18n/hooks";
import { usePrefs } from "../../../i18n/prefs";
import { Button, PriorityGlyph } from "../../../ui";
import { useWords } from "../context";
import { messages } from "./messages";
import type { Guess, Guessed } from "./useGuessed";

const WORDS_SHOWN = 3;

/** The kind that the words tell of and because of which; and what was heard and denied. */
export function Proposal({ guessed, onTake }: { readonly guessed: Guessed; readonly onTake: (guess: Guess) => void }) {
  const words = useWords();
  const t = useT(messages);
  const lang = usePrefs((prefs) => prefs.lang);
  const first = guessed.guesses[0];
  if (!first && guessed.denied.length === 0) return null;
  const told = new Map(
    (first?.reasons ?? []).map((why) => [
      why.typed,
      // The gloss is for who reads the other language.
      why.gloss && isPersian(why.typed) !== (lang === "fa")
        ? t("guess.wordGloss", { typed: why.typed, gloss: why.gloss })
        : t("guess.word", { typed: why.typed }),
    ]),
  );
  return (
    <div className="offer-line proposal" role="status">
      {first && (
        <>
          <PriorityGlyph priority={first.priority} size={20} />
          <span>
            <b>{words.kind(first.code)}</b> <span className="muted">{t("guess.priority", { p: first.priority })}</span>
            {told.size > 0 && (
              <span className="proposal-why">
                {t("guess.because", { words: listText(t, [...told.values()].slice(0, WORDS_SHOWN)) })}
              </span>
            )}
          </span>
          <Button keyHint="Tab" onClick={() => onTake(first)}>
            {t("guess.take")}
          </Button>
        </>
      )}
      {guessed.denied.length > 0 && (
        <span className="muted proposal-denied">{t("guess.denied", { words: listText(t, guessed.denied) })}</span>
      )}
    </div>
  );
}

const isPersian = (text: string): boolean => /[\u0600-\u06ff]/.test(text);
