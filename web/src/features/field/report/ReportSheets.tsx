/** One screen to be done: how it ended, and if there is time how many were in it and a few words. */

import { Minus, Plus } from "lucide-react";
import { useState } from "react";
import { useApp, useReference } from "../../../app/hooks";
import { useFormats, useT } from "../../../i18n/hooks";
import { Button } from "../../../ui/Button";
import { useBehindT } from "../behind/useBehindT";
import { useField, useHere } from "../hooks";
import type { Work } from "../mission";
import { Choice, Sheet } from "../parts";
import { useDraft } from "../useDraft";
import { messages } from "./messages";
import type { Outcome } from "./outcomes";
import { outcomesFor } from "./outcomes";
import type { OwnReport, Words } from "./own";
import { keepReport, openReport, openUntil, stepped } from "./own";
import "./report.css";

/** How it ended: one touch on the outcome ends the assignment. */
export function FinishSheet({ work, onClose }: { readonly work: Work; readonly onClose: () => void }) {
  const t = useT(messages);
  const field = useField();
  const { clock } = useApp();
  const { session } = useReference();
  const { id } = useFormats();
  const { moving } = useHere();
  const { incident, assignment } = work;
  const [text, setText] = useDraft(`note ${incident.id}`);
  const [counts, setCounts] = useState<Pick<Words, "people" | "vehicles">>({ people: null, vehicles: null });
  const finish = (disposition: Outcome) => {
    const report: Words = { text: text.trim(), ...counts };
    const said = report.text !== "" || counts.people !== null || counts.vehicles !== null;
    field.act({
      action: "clear",
      path: `/v1/assignments/${assignment.id}/clear`,
      body: { disposition, ...(said ? { report } : {}) },
      subject: assignment.id,
      label: id(incident.number),
    });
    keepReport(field.unit, {
      ...report,
      assignment: assignment.id,
      number: incident.number,
      kindCommon: incident.kind_common,
      disposition,
      clearedAt: clock.now(),
      openS: session.reportOpenS,
    });
    setText("");
    onClose();
  };
  return (
    <Sheet title={t("report.title")} onClose={onClose}>
      {/* First what ends it: on a small screen the rest is below the edge, and may be said for a while yet. */}
      <p className="muted">{t("report.how")}</p>
      <Outcomes kindCommon={incident.kind_common} chosen={null} onChoose={finish} />
      {!moving && <WordsPart words={{ text, ...counts }} onCounts={setCounts} onText={setText} />}
    </Sheet>
  );
}

/** The last report, opened again while the centre still takes a change. */
export function AgainSheet({ onClose }: { readonly onClose: () => void }) {
  const field = useField();
  const { clock } = useApp();
  const [report] = useState(() => openReport(field.unit, clock.now()));
  const t = useT(messages);
  return report ? (
    <Again report={report} onClose={onClose} />
  ) : (
    <Sheet title={t("report.outcome")} onClose={onClose}>
      <p>{t("report.over")}</p>
    </Sheet>
  );
}

function Again({ report, onClose }: { readonly report: OwnReport; readonly onClose: () => void }) {
  const t = useT(messages);
  const field = useField();
  const { id, time } = useFormats();
  const [text, setText] = useState(report.text);
  const [counts, setCounts] = useState<Pick<Words, "people" | "vehicles">>(report);
  const [disposition, setDisposition] = useState(report.disposition);
  const save = () => {
    const words: Words = { text: text.trim(), people: counts.people, vehicles: counts.vehicles };
    field.act({
      action: "report",
      path: `/v1/assignments/${report.assignment}/report`,
      body: { report: words, disposition },
      subject: report.assignment,
      label: id(report.number),
    });
    keepReport(field.unit, { ...report, ...words, disposition });
    onClose();
  };
  return (
    <Sheet title={t("report.again", { n: report.number })} onClose={onClose}>
      <p className="muted num">{t("report.until", { time: time(openUntil(report)) })}</p>
      <WordsPart
        words={{ text, people: counts.people, vehicles: counts.vehicles }}
        onCounts={setCounts}
        onText={setText}
      />
      <Outcomes kindCommon={report.kindCommon} chosen={disposition} onChoose={setDisposition} />
      <Button size="main" look="primary" wide onClick={save}>
        {t("report.save")}
      </Button>
    </Sheet>
  );
}

function WordsPart({
  words,
  onCounts,
  onText,
}: {
  readonly words: Words;
  readonly onCounts: (counts: Pick<Words, "people" | "vehicles">) => void;
  readonly onText: (text: string) => void;
}) {
  const t = useT(messages);
  const { people, vehicles } = words;
  return (
    <>
      <div className="counts">
        <Count label={t("report.people")} count={people} onCount={(n) => onCounts({ people: n, vehicles })} />
        <Count label={t("report.vehicles")} count={vehicles} onCount={(n) => onCounts({ people, vehicles: n })} />
      </div>
      <textarea
        className="input note"
        rows={2}
        maxLength={2000}
        value={words.text}
        aria-label={t("report.text")}
        placeholder={t("report.text")}
        onChange={(event) => onText(event.target.value)}
      />
    </>
  );
}

function Count({
  label,
  count,
  onCount,
}: {
  readonly label: string;
  readonly count: number | null;
  readonly onCount: (count: number | null) => void;
}) {
  const t = useT(messages);
  const { id } = useFormats();
  return (
    <fieldset className="count">
      <legend>{label}</legend>
      <button type="button" aria-label={t("report.less", { what: label })} onClick={() => onCount(stepped(count, -1))}>
        <Minus size={28} aria-hidden="true" />
      </button>
      <output className="num" data-none={count === null || undefined}>
        {count === null ? t("report.none") : id(count)}
      </output>
      <button type="button" aria-label={t("report.more", { what: label })} onClick={() => onCount(stepped(count, 1))}>
        <Plus size={28} aria-hidden="true" />
      </button>
    </fieldset>
  );
}

/** Six outcomes that fit the kind; the others are one touch further. */
function Outcomes({
  kindCommon,
  chosen,
  onChoose,
}: {
  readonly kindCommon: string | null;
  readonly chosen: Outcome | null;
  readonly onChoose: (code: Outcome) => void;
}) {
  const t = useT(messages);
  const words = useBehindT();
  const { first, others } = outcomesFor(kindCommon);
  const [all, setAll] = useState(chosen !== null && others.includes(chosen));
  return (
    <div className="grid2" role="group" aria-label={t("report.outcome")}>
      {[...first, ...(all ? others : [])].map((code) => (
        <Button
          key={code}
          size="hand"
          wide
          look={code === chosen ? "primary" : "plain"}
          {...(chosen === null ? {} : { "aria-pressed": code === chosen })}
          onClick={() => onChoose(code)}
        >
          {words(`disposition.${code}`)}
        </Button>
      ))}
      {!all && <Choice onClick={() => setAll(true)}>{t("report.others")}</Choice>}
    </div>
  );
}
