import { part } from "./part";

export interface NumberFieldProps {
  readonly label: string;
  readonly value: number;
  readonly min: number;
  readonly max: number;
  readonly onChange: (value: number) => void;
}

/** A whole number between two others: typed in any digits, or stepped by arrows and buttons. */
export const NumberField = part<NumberFieldProps>(
  async () => (await import("./aria/NumberBox")).NumberBox,
  ({ label }) => (
    <div className="field number-field">
      <span className="field-label">{label}</span>
      <div className="input" />
    </div>
  ),
);
