import { Eye, Search } from "lucide-react";
import { useEffect, useState } from "react";
import type { Problem } from "../../api/problem";
import { asProblem } from "../../api/problem";
import { useApp, useLoad } from "../../app/hooks";
import { problemText, useT } from "../../i18n/hooks";
import { Button, Choice, Empty, ErrorState, Field, Loading, Ltr } from "../../ui";
import { When } from "../admin/When";
import { useProof } from "../identity/Proof";
import { type Finding, inOrder, type Looks, SPANS, shortOf, whyNoReview } from "./looks";
import { messages } from "./messages";
import { LooksTable } from "./Table";
import { Who } from "./Who";
import "./looks.css";

const AGAIN_MS = 30_000;

/** The inspector's page: what should be asked about, and who looked at whom. */
export default function LooksSection() {
  const app = useApp();
  const t = useT(messages);
  const [about, setAbout] = useState("");
  const [days, setDays] = useState<number>(30);
  const [found, setFound] = useState<Looks | null>(null);
  const [problem, setProblem] = useState<Problem | null>(null);
  const [prove, question] = useProof();
  const ask = async (wanted: string) => {
    setProblem(null);
    setAbout(wanted);
    try {
      setFound(await prove(() => app.api.post<Looks>("/v1/looks", { about: wanted.trim(), days })));
    } catch (error) {
      setFound(null);
      setProblem(asProblem(error));
    }
  };
  const why = about.trim() === "" ? t("looks.why.about") : null;
  return (
    <div className="admin-page looks">
      {question}
      <section className="admin-card" aria-labelledby="looks-ask">
        <h2 id="looks-ask">{t("looks.title")}</h2>
        <form
          className="book-line"
          onSubmit={(event) => {
            event.preventDefault();
            if (why === null) void ask(about);
          }}
        >
          <Field
            label={t("looks.ask")}
            type="search"
            value={about}
            maxLength={120}
            onChange={(event) => setAbout(event.target.value)}
          />
          <Choice
            label={t("looks.days")}
            value={String(days)}
            options={SPANS.map((n) => [String(n), t("looks.days.n", { n })] as const)}
            onChange={(span) => setDays(Number(span))}
          />
          <Button look="primary" type="submit" icon={<Search size={16} aria-hidden="true" />} disabledReason={why}>
            {t("looks.find")}
          </Button>
        </form>
        <p className="muted">{t("looks.askHint")}</p>
        {problem && (
          <p className="field-error" role="alert">
            {problemText(t, problem)}
          </p>
        )}
        {found && (
          <div role="status" className="looks-found">
            <h3>
              {t(`looks.kind.${found.kind}`, { about: shortOf(found.about) })} ·{" "}
              {t("looks.count", { n: found.looks.length })}
            </h3>
            {found.looks.length === 0 ? <Empty>{t("looks.none")}</Empty> : <LooksTable looks={found.looks} />}
            {found.more && <p className="muted">{t("looks.more")}</p>}
          </div>
        )}
      </section>
      <Findings onShow={(subject) => void ask(subject)} />
    </div>
  );
}

function Findings({ onShow }: { readonly onShow: (subject: string) => void }) {
  const app = useApp();
  const t = useT(messages);
  const { value, problem, again, at } = useLoad(
    (signal) => app.api.get<{ findings: Finding[] }>("/v1/looks/findings", {}, signal),
    [app],
  );
  useEffect(() => {
    const timer = setInterval(again, AGAIN_MS);
    return () => clearInterval(timer);
  }, [again]);
  if (!value) return problem ? <ErrorState problem={problem} onRetry={again} /> : <Loading onRetry={again} />;
  return (
    <section className="admin-card" aria-labelledby="looks-findings">
      <h2 id="looks-findings">{t("looks.findings")}</h2>
      <p className="muted">{t("looks.findingsHint")}</p>
      {problem && <ErrorState problem={problem} onRetry={again} />}
      {value.findings.length === 0 ? (
        <Empty at={at}>{t("looks.noFindings")}</Empty>
      ) : (
        <ul className="looks-findings">
          {inOrder(value.findings).map((each) => (
            <FindingItem key={each.id} finding={each} onShow={onShow} onDone={again} />
          ))}
        </ul>
      )}
    </section>
  );
}

interface ItemProps {
  readonly finding: Finding;
  readonly onShow: (subject: string) => void;
  readonly onDone: () => void;
}

function FindingItem({ finding, onShow, onDone }: ItemProps) {
  const app = useApp();
  const t = useT(messages);
  const [note, setNote] = useState("");
  const [problem, setProblem] = useState<Problem | null>(null);
  const why = whyNoReview(note);
  const review = async () => {
    setProblem(null);
    try {
      await app.api.post(`/v1/looks/findings/${encodeURIComponent(finding.id)}/review`, { note: note.trim() });
      setNote("");
      onDone();
    } catch (error) {
      setProblem(asProblem(error));
    }
  };
  const { reviewed } = finding;
  return (
    <li data-open={reviewed === null || undefined}>
      <p className="looks-head">
        <span className="admin-mark">{t(reviewed ? "looks.reviewed" : "looks.open")}</span>
        <Who id={finding.actor} />
        <span className="muted">{t.maybe(`role.${finding.role}`) ?? finding.role}</span>
        <span className="looks-when">
          <When at={finding.last_at} />
        </span>
      </p>
      <p>
        {t(finding.kind === "repeated" ? "looks.repeated" : "looks.offDuty", { n: finding.looks, days: finding.days })}
      </p>
      <p className="muted">
        {t("looks.subject", { what: "" })}
        <Ltr>{shortOf(finding.subject)}</Ltr>
        {" · "}
        {finding.purposes.length > 0 ? (
          <>
            {t("looks.said")}{" "}
            {finding.purposes.map((said) => (
              <q key={said}>{said}</q>
            ))}
          </>
        ) : (
          t("looks.saidNothing")
        )}
      </p>
      {reviewed && (
        <p className="looks-review">
          <bdi>{reviewed.note}</bdi> <span className="muted">— </span>
          <Who id={reviewed.by} /> <When at={reviewed.at} />
        </p>
      )}
      <div className="book-line">
        <Button icon={<Eye size={16} aria-hidden="true" />} onClick={() => onShow(finding.subject)}>
          {t("looks.show")}
        </Button>
        {reviewed === null && (
          <>
            <Field label={t("looks.note")} value={note} maxLength={200} onChange={(e) => setNote(e.target.value)} />
            <Button disabledReason={why && t(why)} onClick={() => void review()}>
              {t("looks.review")}
            </Button>
          </>
        )}
      </div>
      {problem && (
        <p className="field-error" role="alert">
          {problemText(t, problem)}
        </p>
      )}
    </li>
  );
}
