import { Download, FileUp } from "lucide-react";
import { useRef, useState } from "react";
import type { Problem } from "../../../api/problem";
import { asProblem } from "../../../api/problem";
import { useApp } from "../../../app/hooks";
import { problemText, useFormats, useNamed, useT } from "../../../i18n/hooks";
import { Button, Choice, Field, reasonText } from "../../../ui";
import { useKept } from "../kept";
import { Lines } from "../Lines";
import { useOfficeOptions } from "../offices";
import type { BadCell, Drafted, Listing, Report } from "./imports";
import { BYTES_MAX, base64Of, whyNotDraft } from "./imports";
import { messages } from "./messages";

interface Props {
  readonly lists: readonly Listing[];
  readonly root: string;
  readonly onDrafted: (drafted: Drafted) => void;
}

interface Chosen {
  readonly name: string;
  readonly body: string;
}

/** A file: what it would do, row by row, and its draft. */
export function ImportFile({ lists, root, onDrafted }: Props) {
  const app = useApp();
  const t = useT(messages);
  const named = useNamed();
  const offices = useOfficeOptions();
  const input = useRef<HTMLInputElement>(null);
  const [what, setWhat] = useKept(`import:${root}#what`, lists[0]?.name ?? "");
  const [office, setOffice] = useKept(`import:${root}#office`, root);
  const [chosen, setChosen] = useKept<Chosen | null>(`import:${root}#file`, null);
  const [report, setReport] = useKept<Report | null>(`import:${root}#report`, null);
  const [problem, setProblem] = useState<Problem | null>(null);
  const [tooLarge, setTooLarge] = useState(false);
  const [why, setWhy] = useKept(`import:${root}#why`, "");
  const [busy, setBusy] = useState(false);
  const list = lists.find((each) => each.name === what);
  const notDraft = whyNotDraft({ report, why, busy });

  const look = async (file: Chosen | null, name: string, below: string) => {
    setReport(null);
    setProblem(null);
    if (!file) return;
    setBusy(true);
    try {
      setReport(
        await app.api.post<Report>(`/v1/imports/${name}/try`, { office: below, file: file.body, name: file.name }),
      );
    } catch (error) {
      setProblem(asProblem(error));
    } finally {
      setBusy(false);
    }
  };
  const choose = async (file: File | undefined) => {
    if (!file) return;
    setTooLarge(file.size > BYTES_MAX);
    const read = file.size > BYTES_MAX ? null : { name: file.name, body: await base64Of(file) };
    setChosen(read);
    await look(read, what, office);
  };
  const draft = async () => {
    if (notDraft !== null || !chosen) return;
    setBusy(true);
    setProblem(null);
    try {
      const body = { office, file: chosen.body, name: chosen.name, why: why.trim() };
      const act = { action: "draft", timeoutMs: 60_000 };
      const drafted = await app.api.command<Drafted>(`/v1/imports/${what}/draft`, body, act);
      setChosen(null);
      setReport(null);
      setWhy("");
      onDrafted(drafted);
    } catch (error) {
      setProblem(asProblem(error));
    } finally {
      setBusy(false);
    }
  };
  const template = async (format: "xlsx" | "csv") => {
    setProblem(null);
    try {
      const file = await app.api.file(`/v1/imports/${what}/template`, { format, lang: t.lang });
      const url = URL.createObjectURL(file);
      const link = document.createElement("a");
      link.href = url;
      link.download = `nazdik-${what}.${format}`;
      link.click();
      URL.revokeObjectURL(url);
    } catch (error) {
      setProblem(asProblem(error));
    }
  };
  const said = problem?.details[t.lang];
  return (
    <section className="admin-card" aria-labelledby="imports-title">
      <h2 id="imports-title">{t("imports.file")}</h2>
      <div className="book-line">
        <Choice
          label={t("imports.what")}
          value={what}
          options={lists.map((each) => [each.name, named(each.label)] as const)}
          onChange={(name) => {
            setWhat(name);
            void look(chosen, name, office);
          }}
        />
        <Choice
          label={t("imports.office")}
          value={office}
          options={offices}
          onChange={(below) => {
            setOffice(below);
            void look(chosen, what, below);
          }}
        />
      </div>
      {list && <Columns list={list} />}
      <div className="admin-acts">
        <span className="muted">{t("imports.template")}:</span>
        <Button icon={<Download size={16} aria-hidden="true" />} onClick={() => void template("xlsx")}>
          <bdi dir="ltr">{t("imports.xlsx")}</bdi>
        </Button>
        <Button icon={<Download size={16} aria-hidden="true" />} onClick={() => void template("csv")}>
          <bdi dir="ltr">{t("imports.csv")}</bdi>
        </Button>
      </div>
      <div className="admin-acts">
        <Button
          look="primary"
          icon={<FileUp size={16} aria-hidden="true" />}
          disabledReason={busy ? t("imports.busy") : null}
          onClick={() => input.current?.click()}
        >
          {t("imports.choose")}
        </Button>
        {chosen && <bdi>{chosen.name}</bdi>}
        <input
          ref={input}
          type="file"
          hidden
          accept=".xlsx,.csv,.txt,text/csv"
          onChange={(event) => {
            void choose(event.target.files?.[0]);
            // The same file, mended, is chosen again.
            event.target.value = "";
          }}
        />
      </div>
      <p className="field-hint">{t("imports.fileHint")}</p>
      <p role="status">{busy && t("imports.reading")}</p>
      {(problem || tooLarge) && (
        <p className="field-error" role="alert">
          {tooLarge ? t("imports.tooLarge") : problem && problemText(t, problem)}
          {typeof said === "string" && ` · ${said}`}
        </p>
      )}
      {report && <ReportView report={report} />}
      {report && (
        <>
          <Field
            label={t("imports.why")}
            value={why}
            maxLength={300}
            onChange={(event) => setWhy(event.target.value)}
          />
          <div className="admin-acts">
            <Button look="primary" disabledReason={reasonText(t, notDraft)} reasonBelow onClick={() => void draft()}>
              {t("imports.draft", { n: report.good })}
            </Button>
          </div>
        </>
      )}
    </section>
  );
}

function Columns({ list }: { readonly list: Listing }) {
  const t = useT(messages);
  const named = useNamed();
  return (
    <details>
      <summary>{t("imports.columns")}</summary>
      <table className="admin-lines">
        <thead>
          <tr>
            <th scope="col">{t("imports.column")}</th>
            <th scope="col">{t("imports.means")}</th>
          </tr>
        </thead>
        <tbody>
          {list.columns.map((column) => (
            <tr key={column.name}>
              <th scope="row">
                {named(column.label)} {column.needed && <span className="admin-mark">{t("imports.needed")}</span>}
              </th>
              <td>{named(column.help)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </details>
  );
}

function ReportView({ report }: { readonly report: Report }) {
  const t = useT(messages);
  return (
    <section aria-label={t("imports.report")} className="imports-report">
      <h3>{t("imports.report")}</h3>
      <ul className="imports-counts">
        <li>{t("imports.rows", { n: report.rows })}</li>
        <li>
          <b>{t("imports.good", { n: report.good })}</b>
        </li>
        {report.same > 0 && <li>{t("imports.same", { n: report.same })}</li>}
        <li data-bad={report.bad.length > 0 || undefined}>{t("imports.bad", { n: report.bad.length })}</li>
      </ul>
      {report.ignored.length > 0 && (
        <p className="muted">{t("imports.ignored", { columns: report.ignored.join(t("imports.comma")) })}</p>
      )}
      {report.bad.length > 0 && <BadRows bad={report.bad} />}
      {report.good > 0 && (
        <>
          <h3>{t("imports.wouldDo")}</h3>
          <Lines lines={report.lines} />
        </>
      )}
    </section>
  );
}

function BadRows({ bad }: { readonly bad: readonly BadCell[] }) {
  const t = useT(messages);
  const named = useNamed();
  const { id } = useFormats();
  return (
    <>
      <h3>{t("imports.badRows")}</h3>
      <table className="admin-lines imports-bad">
        <thead>
          <tr>
            <th scope="col">{t("imports.row")}</th>
            <th scope="col">{t("imports.column")}</th>
            <th scope="col">{t("imports.said")}</th>
            <th scope="col">{t("imports.whyBad")}</th>
          </tr>
        </thead>
        <tbody>
          {bad.map((cell, n) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: a report never changes; one row may be named twice.
            <tr key={n}>
              <th scope="row" className="num">
                {id(cell.row)}
              </th>
              <td>{cell.column ? named(cell.column) : t("imports.whole")}</td>
              <td>
                <bdi>{cell.said || "—"}</bdi>
              </td>
              <td>{named(cell.why)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </>
  );
}
