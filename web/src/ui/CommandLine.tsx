import type { KeyboardEvent, ReactNode, Ref } from "react";
import { useId } from "react";
import { KeyHint } from "./KeyHint";

interface Props {
  readonly label: string;
  readonly text: string;
  readonly placeholder?: string;
  /** What Enter will do, or why it cannot, in words; without text, what was done last. */
  readonly preview: ReactNode;
  /** `ready`: Enter does what the preview says. `not`: it cannot, and the preview says why. */
  readonly state: "idle" | "ready" | "not";
  /** The preview says that something went wrong. */
  readonly bad?: boolean;
  readonly onText: (text: string) => void;
  readonly onKeyDown?: (event: KeyboardEvent<HTMLInputElement>) => void;
  readonly inputRef?: Ref<HTMLInputElement>;
}

/** One line for typed commands: what it will do stands beside it in words before Enter is pressed. */
export function CommandLine(props: Props) {
  const { label, text, placeholder, preview, state, bad, onText, onKeyDown, inputRef } = props;
  const id = useId();
  return (
    <div className="command-box" data-state={state}>
      <span className="command-mark" aria-hidden="true">
        ›
      </span>
      <input
        ref={inputRef}
        dir={text ? "auto" : undefined}
        autoComplete="off"
        spellCheck={false}
        aria-label={label}
        aria-describedby={id}
        placeholder={placeholder}
        value={text}
        onChange={(event) => onText(event.currentTarget.value)}
        onKeyDown={onKeyDown}
      />
      <output id={id} className="command-preview truncate" data-bad={bad || undefined}>
        {preview}
        {state === "ready" && <KeyHint keys="⏎" />}
      </output>
    </div>
  );
}
