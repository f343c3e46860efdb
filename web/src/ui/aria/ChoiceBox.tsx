/** The part of `Choice` that needs React Aria. */

import { ChevronDown } from "lucide-react";
import { Button, Label, ListBox, ListBoxItem, Popover, Select, SelectValue } from "react-aria-components";
import type { ChoiceProps } from "../Choice";

export function ChoiceBox({ label, value, options, autoFocus, disabled, hideLabel, onChange }: ChoiceProps) {
  return (
    <Select
      className="field choice"
      value={value}
      onChange={(key) => onChange(String(key))}
      isDisabled={disabled ?? false}
      autoFocus={autoFocus ?? false}
      placeholder=""
    >
      <Label className={hideLabel ? "visually-hidden" : "field-label"}>{label}</Label>
      <Button className="input choice-open">
        <SelectValue className="truncate" />
        <ChevronDown size={16} aria-hidden="true" />
      </Button>
      <Popover className="choice-list">
        <ListBox>
          {options.map(([code, text]) => (
            <ListBoxItem key={code} id={code} textValue={text} className="combo-option">
              {text}
            </ListBoxItem>
          ))}
        </ListBox>
      </Popover>
    </Select>
  );
}
