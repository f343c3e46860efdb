import type { KeyboardEvent, ReactNode, Ref } from "react";
import { useId, useLayoutEffect, useRef } from "react";
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
  /** From where to where in the text the word stands that is to blame: it is underlined. */
  readonly wrong?: readonly [number, number] | null;
  readonly onText: (text: string) => void;
  readonly onKeyDown?: (event: KeyboardEvent<HTMLInputElement>) => void;
  readonly inputRef?: Ref<HTMLInputElement>;
}

/** One line for typed commands: what it will do stands beside it in words before Enter is pressed. */
export function CommandLine(props: Props) {
  const { label, text, placeholder, preview, state, bad, wrong, onText, onKeyDown, inputRef } = props;
  const id = useId();
  return (
    <div className="command-box" data-state={state}>
      <span className="command-mark" aria-hidden="true">
        ›
      </span>
      <span className="command-typed">
        {wrong && <Underlined text={text} from={wrong[0]} to={wrong[1]} />}
        <input
          ref={inputRef}
          dir={text ? "auto" : undefined}
          autoComplete="off"
          spellCheck={false}
          aria-label={label}
          aria-describedby={id}
          aria-invalid={wrong ? true : undefined}
          placeholder={placeholder}
          value={text}
          onChange={(event) => onText(event.currentTarget.value)}
          onKeyDown={onKeyDown}
        />
      </span>
      <output id={id} className="command-preview truncate" data-bad={bad || undefined}>
        {preview}
        {state === "ready" && <KeyHint keys="⏎" />}
      </output>
    </div>
  );
}

/** The same text, unseen, beneath the field: a field cannot underline a part of what stands in it. */
function Underlined({ text, from, to }: { readonly text: string; readonly from: number; readonly to: number }) {
  const own = useRef<HTMLSpanElement>(null);
  useLayoutEffect(() => {
    const field = own.current?.parentElement?.querySelector("input");
    if (!field) return;
    // A long line is scrolled within the field.
    const follow = () => {
      if (own.current) own.current.scrollLeft = field.scrollLeft;
    };
    follow();
    field.addEventListener("scroll", follow);
    return () => field.removeEventListener("scroll", follow);
  });
  return (
    <span ref={own} className="command-wrong" dir="auto" aria-hidden="true">
      {text.slice(0, from)}
      <u>{text.slice(from, to)}</u>
      {text.slice(to)}
    </span>
  );
}
