import { Plus } from "lucide-react";
import { useState } from "react";
import type { Problem } from "../../../api/problem";
import { asProblem } from "../../../api/problem";
import { useApp, useLoad, useReference } from "../../../app/hooks";
import { matches } from "../../../core/text";
import type { OfficeId } from "../../../core/units";
import { problemText, useFormats, useNamed, useT } from "../../../i18n/hooks";
import { Button, Empty, ErrorState, Field, Grid, Loading, Ltr } from "../../../ui";
import { useProof } from "../../identity/Proof";
import { SettingPage } from "../SettingPage";
import type { SettingKind } from "../settings";
import { messages } from "./messages";
import type { PersonRow } from "./people";
import { isName } from "./people";

interface Props {
  readonly root: string;
  readonly subject: string | null;
  readonly onSubject: (subject: string) => void;
}

/** Who may sign in and sit where. */
export function PeopleSection({ root, subject, onSubject }: Props) {
  const app = useApp();
  const t = useT(messages);
  const named = useNamed();
  const { offices } = useReference();
  const [query, setQuery] = useState("");
  const { value, problem, again, at } = useLoad(
    async (signal) => {
      const [people, kinds] = await Promise.all([
        app.api.get<{ people: PersonRow[] }>("/v1/people", { office: root }, signal),
        app.api.get<{ kinds: SettingKind[] }>("/v1/settings/kinds", {}, signal),
      ]);
      return { people: people.people, kind: kinds.kinds.find((each) => each.kind === "person") };
    },
    [app, root],
  );
  if (!value) return problem ? <ErrorState problem={problem} onRetry={again} /> : <Loading rows={12} onRetry={again} />;
  const wordsOf = (person: PersonRow) =>
    `${t.maybe(`role.${person.role}`) ?? person.role} · ${named(offices.find(person.office as OfficeId)?.name ?? { fa: person.office, en: person.office })}`;
  const shown = value.people.filter((person) => matches(`${person.id} ${wordsOf(person)}`, query));
  const byId = new Map(value.people.map((person) => [person.subject, person]));
  const person = subject === null ? undefined : byId.get(subject);
  const name = query.trim();
  const notNew = !isName(name) ? t("people.why.name") : byId.has(`${root}.p.${name}`) ? t("people.why.exists") : null;
  return (
    <div className="admin-two">
      <div className="admin-offices people-list">
        <Field
          label={t("people.find")}
          type="search"
          value={query}
          onChange={(event) => setQuery(event.target.value)}
        />
        <Button
          icon={<Plus size={16} aria-hidden="true" />}
          disabledReason={notNew}
          reasonBelow={name !== ""}
          onClick={() => onSubject(`${root}.p.${name}`)}
        >
          {t("people.add")}
        </Button>
        <Grid
          label={t("people.people")}
          ids={shown.map((each) => each.subject)}
          rowHeight={48}
          selected={subject}
          onSelect={onSubject}
          empty={<Empty at={at}>{t("people.none")}</Empty>}
          renderRow={(id) => {
            const one = byId.get(id);
            return one ? (
              <div role="gridcell" className="people-row">
                <b className="truncate">
                  <Ltr>{one.id}</Ltr>
                </b>
                <span className="muted truncate">{wordsOf(one)}</span>
                {!one.active && <span className="admin-mark">{t("people.out")}</span>}
              </div>
            ) : null;
          }}
        />
      </div>
      <div className="admin-page">
        {subject !== null && value.kind ? (
          <>
            {person && <PasswordCode key={subject} person={person} />}
            <SettingPage
              key={`setting ${subject}`}
              kind={value.kind}
              subject={subject}
              title={t("people.of", { name: subject.slice(subject.indexOf(".p.") + 3) })}
              onActed={again}
            />
          </>
        ) : (
          <Empty>{t("people.choose")}</Empty>
        )}
      </div>
    </div>
  );
}

/** A code that is handed over, by which a person sets a password nobody else knows. */
function PasswordCode({ person }: { readonly person: PersonRow }) {
  const app = useApp();
  const t = useT(messages);
  const { moment, num } = useFormats();
  const [code, setCode] = useState<{ readonly code: string; readonly expires_at: string } | null>(null);
  const [problem, setProblem] = useState<Problem | null>(null);
  const [prove, question] = useProof();
  const give = async () => {
    setProblem(null);
    try {
      setCode(await prove(() => app.api.post(`/v1/people/${encodeURIComponent(person.subject)}/code`, {})));
    } catch (error) {
      setProblem(asProblem(error));
    }
  };
  const [forgotten, setForgotten] = useState(false);
  const forget = async () => {
    setProblem(null);
    try {
      await prove(() => app.api.post(`/v1/people/${encodeURIComponent(person.subject)}/forget-keys`, {}));
      setForgotten(true);
    } catch (error) {
      setProblem(asProblem(error));
    }
  };
  return (
    <section className="admin-card" aria-label={t("people.code")}>
      {question}
      <div className="admin-acts">
        <Button onClick={() => void give()}>{t("people.giveCode")}</Button>
        <Button look="danger" onClick={() => void forget()}>
          {t("people.forgetKeys")}
        </Button>
        <span className="muted">{t("people.signedIn", { n: person.signed_in, count: num(person.signed_in) })}</span>
      </div>
      {problem && (
        <p className="field-error" role="alert">
          {problemText(t, problem)}
        </p>
      )}
      {forgotten && <p role="status">{t("people.keysForgotten")}</p>}
      {code && (
        <p role="status">
          <span className="people-code">
            <Ltr>{code.code}</Ltr>
          </span>{" "}
          {t("people.codeUntil", { time: moment(Date.parse(code.expires_at), app.clock.now()) })}
        </p>
      )}
    </section>
  );
}
