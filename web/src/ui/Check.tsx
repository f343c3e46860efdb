import type { ReactNode } from "react";
import { useRef } from "react";
import { useCheckbox } from "react-aria";
import { useToggleState } from "react-stately";

interface Props {
  readonly checked: boolean;
  readonly onChange: (checked: boolean) => void;
  readonly disabled?: boolean;
  readonly children: ReactNode;
}

/** Yes or no. The words belong to what is touched. */
export function Check({ checked, onChange, disabled = false, children }: Props) {
  const input = useRef<HTMLInputElement>(null);
  const props = { isSelected: checked, onChange, isDisabled: disabled, children };
  const { inputProps, labelProps } = useCheckbox(props, useToggleState(props), input);
  return (
    <label {...labelProps} className="check" data-disabled={disabled || undefined}>
      <input {...inputProps} ref={input} />
      <span>{children}</span>
    </label>
  );
}
