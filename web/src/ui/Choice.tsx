import { part } from "./part";

export interface ChoiceProps {
  readonly label: string;
  readonly value: string;
  readonly options: readonly (readonly [code: string, text: string])[];
  readonly autoFocus?: boolean;
  readonly disabled?: boolean;
  /** Keep the label for screen readers only. */
  readonly hideLabel?: boolean;
  readonly onChange: (value: string) => void;
}

/** One of several, from a list that opens; letters typed find an option. */
export const Choice = part<ChoiceProps>(
  async () => (await import("./aria/ChoiceBox")).ChoiceBox,
  ({ label, value, options, hideLabel }) => (
    <div className="field choice">
      <span className={hideLabel ? "visually-hidden" : "field-label"}>{label}</span>
      <div className="input choice-open">{options.find(([code]) => code === value)?.[1]}</div>
    </div>
  ),
);
