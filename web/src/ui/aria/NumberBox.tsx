/** The part of `NumberField` that needs React Aria. */

import { Minus, Plus } from "lucide-react";
import { Button, Group, Input, Label, NumberField } from "react-aria-components";
import type { NumberFieldProps } from "../NumberField";

export function NumberBox({ label, value, min, max, onChange }: NumberFieldProps) {
  return (
    <NumberField
      className="field number-field"
      value={value}
      minValue={min}
      maxValue={max}
      formatOptions={{ maximumFractionDigits: 0, useGrouping: false }}
      // An emptied box is not a number: the last one comes back.
      onChange={(next) => Number.isFinite(next) && onChange(next)}
    >
      <Label className="field-label">{label}</Label>
      <Group className="number-box">
        <Button slot="decrement" className="btn">
          <Minus size={16} aria-hidden="true" />
        </Button>
        <Input className="input num" />
        <Button slot="increment" className="btn">
          <Plus size={16} aria-hidden="true" />
        </Button>
      </Group>
    </NumberField>
  );
}
