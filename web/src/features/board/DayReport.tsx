import { useEffect, useMemo, useRef, useState } from "react";
import { asProblem, type Problem } from "../../api/problem";
import { useApp, useEvery, useReference } from "../../app/hooks";
import type { Office } from "../../core/views";
import { jalaliDate } from "../../i18n/formats";
import { useFormats, useNamed, useT } from "../../i18n/hooks";
import { Button, DateField, Dialog, ErrorState, Ltr, Segmented } from "../../ui";
import { useProof } from "../identity/Proof";
import { messages } from "./messages";
import { lastOver, reportDays, shiftsOf } from "./shifts";

const DAYS = 31;
type Format = "pdf" | "csv";
type State =
  | { readonly at: "idle" }
  | { readonly at: "counting"; readonly format: Format }
  | { readonly at: "done"; readonly name: string }
  | { readonly at: "failed"; readonly format: Format; readonly problem: Problem };

/** Choose a shift of this office and take its report as a file. */
export function DayReport({ office, onClose }: { readonly office: Office; readonly onClose: () => void }) {
  const app = useApp();
  const t = useT(messages);
  const named = useNamed();
  const { dateLong } = useFormats();
  const { server } = useReference();
  const now = useEvery(60);
  const starts = server.shiftStarts;
  const days = useMemo(() => reportDays(now, server.offsetMs, starts, DAYS), [now, server.offsetMs, starts]);
  const [chosen, setChosen] = useState(() => lastOver(days, now, starts));
  const [state, setState] = useState<State>({ at: "idle" });
  const [prove, question] = useProof();
  const asked = useRef<AbortController | null>(null);
  useEffect(() => () => asked.current?.abort(), []);

  const choose = (next: typeof chosen) => {
    asked.current?.abort();
    setChosen(next);
    setState({ at: "idle" });
  };
  const shifts = shiftsOf(chosen.day, starts);
  const shift = shifts.find((each) => each.value === chosen.shift);
  const ahead = shift !== undefined && shift.beginsAt >= now;
  const running = shift !== undefined && !ahead && shift.endsAt > now;
  const date = jalaliDate(chosen.day);

  const get = async (format: Format) => {
    asked.current?.abort();
    const asking = new AbortController();
    asked.current = asking;
    setState({ at: "counting", format });
    try {
      const query = { date, shift: chosen.shift, format };
      const path = `/v1/offices/${encodeURIComponent(office.id)}/day-report`;
      const file = await prove(() => app.api.file(path, query, asking.signal));
      const name = `${office.id}-${date}-${chosen.shift}.${format}`;
      save(file, name);
      setState({ at: "done", name });
    } catch (error) {
      if (!asking.signal.aborted) setState({ at: "failed", format, problem: asProblem(error) });
    }
  };
  const button = (format: Format) => (
    <Button
      look={format === "pdf" ? "primary" : "plain"}
      pending={state.at === "counting" && state.format === format}
      disabledReason={ahead ? t("board.report.ahead") : null}
      onClick={() => void get(format)}
    >
      {t(`board.report.${format}`)}
    </Button>
  );

  return (
    <Dialog title={`${t("board.report")} · ${named(office.name)}`} onClose={onClose}>
      {question}
      <div className="day-report">
        <p className="muted">{t("board.report.what")}</p>
        <DateField
          label={t("board.report.date")}
          value={chosen.day}
          max={days[0]}
          hint={t.lang === "fa" ? dateLong(chosen.day) : `${dateLong(chosen.day)} · ${date}`}
          onChange={(day) => choose({ ...chosen, day })}
        />
        <Segmented
          label={t("board.report.shift")}
          value={chosen.shift}
          options={shifts.map((each) => ({
            value: each.value,
            label: each.value === "day" ? t("board.report.day") : <ShiftLabel number={each.value} {...each} />,
          }))}
          onChange={(value) => choose({ ...chosen, shift: value })}
        />
        <p className="muted">{ahead ? t("board.report.ahead") : running && t("board.report.running")}</p>
        <div className="day-report-do">
          {button("pdf")}
          {button("csv")}
        </div>
        <div role="status">
          {state.at === "counting" && t("board.report.counting")}
          {state.at === "done" && (
            <>
              {t("board.report.done")} <Ltr>{state.name}</Ltr>
            </>
          )}
        </div>
        {state.at === "failed" && <ErrorState problem={state.problem} onRetry={() => void get(state.format)} />}
      </div>
    </Dialog>
  );
}

function ShiftLabel({ number, from, to }: { readonly number: string; readonly from: string; readonly to: string }) {
  const t = useT(messages);
  const { digits } = useFormats();
  return (
    <span className="day-report-shift">
      <b>{digits(number)}</b>
      <span className="num">{t("board.report.span", { from: digits(from), to: digits(to) })}</span>
    </span>
  );
}

function save(file: Blob, name: string): void {
  const url = URL.createObjectURL(file);
  const link = document.createElement("a");
  link.href = url;
  link.download = name;
  link.click();
  // The browser has to have begun reading it.
  setTimeout(() => URL.revokeObjectURL(url), 60_000);
}
