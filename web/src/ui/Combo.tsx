/** A text box with suggestions below: arrows choose, Enter or Tab takes, Escape closes the list and keeps the words. */

import type { KeyboardEvent, ReactNode, Ref } from "react";
import { useEffect, useId, useRef, useState } from "react";

export interface ComboOption {
  readonly id: string;
  readonly label: ReactNode;
  readonly hint?: ReactNode;
}

interface Props {
  readonly label: ReactNode;
  /** Found by it as `[data-field]`. */
  readonly name?: string;
  readonly text: string;
  readonly placeholder?: string;
  readonly options: readonly ComboOption[];
  readonly onText: (text: string) => void;
  readonly onPick: (id: string) => void;
  /** Said politely when the options change. */
  readonly status?: string;
  readonly below?: ReactNode;
  readonly required?: boolean;
  readonly dir?: "auto" | "ltr";
  readonly hideLabel?: boolean;
  readonly inputRef?: Ref<HTMLInputElement>;
  /** The first option is a guess: it is taken only when an arrow has chosen it. */
  readonly unsure?: boolean;
  /** Enter with nothing to take. */
  readonly onEnter?: () => void;
}

export function Combo(props: Props) {
  const { label, text, placeholder, options, onText, onPick, status, below, required, dir = "auto", hideLabel } = props;
  const id = useId();
  const [open, setOpen] = useState(false);
  const [active, setActive] = useState<number | null>(null);
  const list = useRef<HTMLDivElement>(null);
  const shown = open && options.length > 0;
  const at = active === null ? (props.unsure ? -1 : 0) : Math.min(active, options.length - 1);
  useEffect(() => {
    if (shown) list.current?.children[at]?.scrollIntoView({ block: "nearest" });
  }, [shown, at]);

  const pick = (index: number) => {
    const option = options[index];
    if (!option) return;
    onPick(option.id);
    setOpen(false);
    setActive(null);
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.ctrlKey || event.altKey || event.metaKey) return;
    if (event.code === "ArrowDown" || event.code === "ArrowUp") {
      if (options.length === 0) return;
      const step = event.code === "ArrowDown" ? 1 : -1;
      const from = at < 0 && step < 0 ? 0 : at;
      setActive(shown ? (from + step + options.length) % options.length : 0);
      setOpen(true);
    } else if ((event.code === "Enter" || event.code === "NumpadEnter") && shown) pick(at);
    else if (event.code === "Enter" || event.code === "NumpadEnter") props.onEnter?.();
    else if (event.code === "Escape" && shown) setOpen(false);
    else if (event.code === "Tab" && shown && at >= 0 && !event.shiftKey && text.trim() !== "") {
      // Tab takes the suggestion; where to go from there is the field's own matter.
      pick(at);
      if (props.name === undefined) return;
    } else return;
    event.preventDefault();
    event.stopPropagation();
  };
  return (
    <div className="field combo" data-field={props.name}>
      <label htmlFor={id} className={hideLabel ? "visually-hidden" : "field-label"}>
        {label}
      </label>
      <input
        id={id}
        ref={props.inputRef}
        className="input"
        role="combobox"
        dir={dir}
        autoComplete="off"
        aria-expanded={shown}
        aria-controls={`${id}-list`}
        aria-autocomplete="list"
        aria-required={required || undefined}
        aria-activedescendant={shown && at >= 0 ? `${id}-${at}` : undefined}
        placeholder={placeholder}
        value={text}
        onChange={(event) => {
          onText(event.currentTarget.value);
          setOpen(true);
          setActive(null);
        }}
        onKeyDown={onKeyDown}
        onBlur={() => setOpen(false)}
      />
      <div
        id={`${id}-list`}
        ref={list}
        role="listbox"
        aria-label={typeof label === "string" ? label : undefined}
        className="combo-list"
        hidden={!shown}
      >
        {options.map((option, n) => (
          // biome-ignore lint/a11y/useKeyWithClickEvents: keys are handled by the text box.
          <div
            key={option.id}
            id={`${id}-${n}`}
            role="option"
            aria-selected={n === at}
            className="combo-option"
            onPointerDown={(event) => event.preventDefault()}
            onClick={() => pick(n)}
          >
            <span className="truncate">{option.label}</span>
            {option.hint && <span className="muted truncate">{option.hint}</span>}
          </div>
        ))}
      </div>
      <span className="visually-hidden" role="status">
        {shown ? status : ""}
      </span>
      {below}
    </div>
  );
}
