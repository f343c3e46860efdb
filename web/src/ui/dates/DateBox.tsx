/** The part of `DateField` that needs React Aria; loaded when the first date is asked for. */

import type { CalendarDate, CalendarDateTime } from "@internationalized/date";
import { toCalendarDate, toCalendarDateTime } from "@internationalized/date";
import { CalendarDays, ChevronLeft } from "lucide-react";
import { useContext, useEffect, useRef, useState } from "react";
import {
  Button as AriaButton,
  DateField as AriaDateField,
  Calendar,
  CalendarCell,
  CalendarGrid,
  CalendarGridBody,
  CalendarGridHeader,
  CalendarHeaderCell,
  CalendarStateContext,
  DateInput,
  DateSegment,
  I18nProvider,
} from "react-aria-components";
import { displayOffset } from "../../i18n/formats";
import { useFormats, useT } from "../../i18n/hooks";
import { LOCALES } from "../aria/locales";
import type { DateFieldProps } from "../DateField";
import { messages } from "../messages";
import { fromLocal, toLocal } from "./days";

export default function DateBox({ label, value, onChange, withTime, min, max, error, disabled }: DateFieldProps) {
  const t = useT(messages);
  const offset = displayOffset();
  const [open, setOpen] = useState(false);
  const opener = useRef<HTMLButtonElement>(null);
  const local = value === null ? null : toLocal(value, offset, t.lang);
  const limits = {
    ...(min === undefined ? {} : { minValue: toLocal(min, offset, t.lang) }),
    ...(max === undefined ? {} : { maxValue: toLocal(max, offset, t.lang) }),
  };
  const close = () => {
    setOpen(false);
    opener.current?.focus();
  };
  const take = (next: CalendarDate | CalendarDateTime | null) => next && onChange(fromLocal(next, offset));
  return (
    <I18nProvider locale={LOCALES[t.lang]}>
      <div className="date-box">
        <AriaDateField
          aria-label={label}
          value={withTime ? local : local && toCalendarDate(local)}
          onChange={take}
          granularity={withTime ? "minute" : "day"}
          hourCycle={24}
          shouldForceLeadingZeros
          isInvalid={error != null}
          isDisabled={disabled ?? false}
          {...limits}
        >
          <DateInput className="input date-input">
            {(segment) => <DateSegment segment={{ ...segment, text: segment.text.replace(",", t("date.comma")) }} />}
          </DateInput>
        </AriaDateField>
        <button
          ref={opener}
          type="button"
          className="btn date-open"
          aria-label={t(open ? "date.close" : "date.open")}
          aria-expanded={open}
          disabled={disabled}
          onClick={() => setOpen(!open)}
        >
          <CalendarDays size={16} aria-hidden="true" />
        </button>
      </div>
      {open && (
        <Calendar
          className="calendar"
          aria-label={label}
          autoFocus
          firstDayOfWeek={t.lang === "fa" ? "sat" : "mon"}
          value={local && toCalendarDate(local)}
          {...limits}
          onChange={(day) => {
            // A day from the calendar keeps the time of day that stands in the field.
            take(withTime && local ? toCalendarDateTime(day, local) : day);
            close();
          }}
        >
          <Escape onEscape={close} />
          <div className="calendar-head">
            <AriaButton slot="previous" className="btn" aria-label={t("date.previousMonth")}>
              <ChevronLeft size={16} className="mirror" aria-hidden="true" />
            </AriaButton>
            <Month />
            <AriaButton slot="next" className="btn" aria-label={t("date.nextMonth")}>
              <ChevronLeft size={16} className="mirror calendar-next" aria-hidden="true" />
            </AriaButton>
          </div>
          <CalendarGrid weekdayStyle={t.lang === "fa" ? "narrow" : "short"}>
            <CalendarGridHeader>{(day) => <CalendarHeaderCell>{day}</CalendarHeaderCell>}</CalendarGridHeader>
            <CalendarGridBody>{(day) => <CalendarCell date={day} className="calendar-day" />}</CalendarGridBody>
          </CalendarGrid>
        </Calendar>
      )}
    </I18nProvider>
  );
}

/** The month shown: «آبان ۱۴۰۵». The ready-made title has the year first. */
function Month() {
  const state = useContext(CalendarStateContext);
  const { monthOf } = useFormats();
  if (!state) return null;
  return <h2 aria-live="polite">{monthOf(fromLocal(state.visibleRange.start, displayOffset()))}</h2>;
}

/** Escape closes the calendar and not the dialog around it. */
function Escape({ onEscape }: { readonly onEscape: () => void }) {
  const mark = useRef<HTMLSpanElement>(null);
  const newest = useRef(onEscape);
  newest.current = onEscape;
  useEffect(() => {
    const box = mark.current?.parentElement;
    const listen = (event: KeyboardEvent) => {
      if (event.code !== "Escape") return;
      event.preventDefault();
      event.stopPropagation();
      newest.current();
    };
    box?.addEventListener("keydown", listen);
    return () => box?.removeEventListener("keydown", listen);
  }, []);
  return <span ref={mark} hidden />;
}
