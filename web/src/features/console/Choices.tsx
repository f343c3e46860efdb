import type { ReactNode } from "react";
import { useEffect, useRef } from "react";
import { Button } from "../../ui";
import { useWords } from "./context";

/** So many have a digit of their own. */
const DIGITS = 9;

export interface Choice {
  readonly id: string;
  readonly label: ReactNode;
}

/** One question with a few answers: the first nine by a digit, Escape for none of them. It opens because its button was pressed. */
export function Choices({
  title,
  choices,
  onPick,
  onCancel,
}: {
  readonly title: ReactNode;
  readonly choices: readonly Choice[];
  readonly onPick: (id: string) => void;
  readonly onCancel: () => void;
}) {
  const { t } = useWords();
  const root = useRef<HTMLFieldSetElement>(null);
  useEffect(() => root.current?.querySelector<HTMLElement>("button")?.focus(), []);
  return (
    <fieldset
      ref={root}
      className="choices"
      onKeyDown={(event) => {
        if (event.ctrlKey || event.altKey || event.metaKey) return;
        const digit = /^(?:Digit|Numpad)([1-9])$/.exec(event.code)?.[1];
        const choice = digit ? choices[Number(digit) - 1] : undefined;
        if (event.code === "Escape") onCancel();
        else if (choice) onPick(choice.id);
        else return;
        event.preventDefault();
        event.stopPropagation();
      }}
    >
      <legend>{title}</legend>
      {choices.map(({ id, label }, n) => (
        <Button key={id} keyHint={n < DIGITS ? String(n + 1) : undefined} onClick={() => onPick(id)}>
          {label}
        </Button>
      ))}
      <Button look="quiet" keyHint="Esc" onClick={onCancel}>
        {t("do.cancel")}
      </Button>
    </fieldset>
  );
}
