import type { ReactNode } from "react";
import { lazy, Suspense, useId } from "react";
import { useFormats } from "../i18n/hooks";

export interface DateFieldProps {
  readonly label: string;
  /** The instant; of a date alone, any instant of the day. */
  readonly value: number | null;
  /** Told the instant chosen; of a date alone, its local midnight. */
  readonly onChange: (ms: number) => void;
  readonly withTime?: boolean;
  readonly min?: number | undefined;
  readonly max?: number | undefined;
  readonly hint?: ReactNode;
  readonly error?: ReactNode;
  readonly disabled?: boolean;
  readonly hideLabel?: boolean;
}

const DateBox = lazy(() => import("./dates/DateBox"));

/** A day, or a moment, in the reader's calendar: typed digit by digit in any script, stepped by arrows, or chosen from a month. */
export function DateField(props: DateFieldProps) {
  const { label, value, withTime, hint, error, hideLabel } = props;
  const { date, time } = useFormats();
  const id = useId();
  const text = value === null ? "" : withTime ? `${date(value)} ${time(value)}` : date(value);
  return (
    <div className="field date-field" role="group" aria-labelledby={id}>
      <span id={id} className={hideLabel ? "visually-hidden" : "field-label"}>
        {label}
      </span>
      <Suspense fallback={<div className="input date-input">{text}</div>}>
        <DateBox {...props} />
      </Suspense>
      {hint && <span className="field-hint">{hint}</span>}
      {error && (
        <span className="field-error" role="alert">
          {error}
        </span>
      )}
    </div>
  );
}
