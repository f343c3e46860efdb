import type { ReactNode } from "react";
import { useRef } from "react";
import { useRadio, useRadioGroup } from "react-aria";
import type { RadioGroupState } from "react-stately";
import { useRadioGroupState } from "react-stately";

interface Props<V extends string> {
  readonly label: string;
  readonly value: V;
  readonly options: readonly { readonly value: V; readonly label: ReactNode }[];
  readonly onChange: (value: V) => void;
}

/** One of a few; arrows move in reading order, so ← is forward in Persian. */
export function Segmented<V extends string>({ label, value, options, onChange }: Props<V>) {
  const props = {
    "aria-label": label,
    orientation: "horizontal" as const,
    // Nothing chosen yet is no choice of "nothing".
    value: value === "" ? null : value,
    onChange: (to: string) => onChange(to as V),
  };
  const state = useRadioGroupState(props);
  const { radioGroupProps } = useRadioGroup(props, state);
  return (
    <div {...radioGroupProps} className="segmented">
      {options.map((option) => (
        <Segment key={option.value} value={option.value} state={state}>
          {option.label}
        </Segment>
      ))}
    </div>
  );
}

interface SegmentProps {
  readonly value: string;
  readonly state: RadioGroupState;
  readonly children: ReactNode;
}

function Segment({ value, state, children }: SegmentProps) {
  const input = useRef<HTMLInputElement>(null);
  const { inputProps, labelProps, isSelected } = useRadio({ value, children }, state, input);
  return (
    <label {...labelProps} className="segment" data-chosen={isSelected || undefined}>
      <input {...inputProps} ref={input} />
      {children}
    </label>
  );
}
