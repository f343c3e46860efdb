import { useId } from "react";

interface ChoiceProps {
  readonly label: string;
  readonly value: string;
  readonly options: readonly (readonly [code: string, text: string])[];
  readonly autoFocus?: boolean;
  readonly disabled?: boolean;
  readonly onChange: (value: string) => void;
}

/** One of several, from a list that opens. */
export function Choice({ label, value, options, autoFocus, disabled, onChange }: ChoiceProps) {
  const id = useId();
  return (
    <div className="field choice">
      <label htmlFor={id} className="field-label">
        {label}
      </label>
      <select
        id={id}
        className="input"
        value={value}
        disabled={disabled}
        // biome-ignore lint/a11y/noAutofocus: it opens by a key, and whoever pressed it goes on here.
        autoFocus={autoFocus}
        onChange={(event) => onChange(event.currentTarget.value)}
      >
        {options.map(([code, text]) => (
          <option key={code} value={code}>
            {text}
          </option>
        ))}
      </select>
    </div>
  );
}
