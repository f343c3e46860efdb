/** Break-glass: ask for another's seat, agree to it, sit down, end it. Opened at `/#glass`. */

import { type FormEvent, useEffect, useState } from "react";
import type { Problem } from "../../api/problem";
import { asProblem } from "../../api/problem";
import { getOffices, readSession } from "../../api/reads";
import { useApp, useLoad } from "../../app/hooks";
import type { Session } from "../../core/views";
import { problemText, useFormats, useNamed, useT } from "../../i18n/hooks";
import { Button, Choice, ErrorState, Field, Loading } from "../../ui";
import { messages } from "./messages";
import { useProof } from "./Proof";
import "./identity.css";

interface Asked {
  readonly id: string;
  readonly person: string;
  readonly role: string;
  readonly office: string;
  readonly why: string;
  readonly until: string;
  readonly agreed: boolean;
}

interface Glasses {
  readonly mine: Asked | null;
  readonly waiting: readonly Asked[];
  readonly open: readonly Omit<Asked, "why" | "agreed">[];
}

/** Which offices have which seat. */
const TIER_OF: Readonly<Record<string, string>> = {
  dispatcher: "province",
  call_taker: "province",
  province_desk: "province",
  county_desk: "county",
  station_desk: "station",
};
const AGAIN_MS = 3_000;

export default function Glass({ onIn }: { readonly onIn: (session: Session) => void }) {
  const app = useApp();
  const t = useT(messages);
  const named = useNamed();
  const { time } = useFormats();
  const [problem, setProblem] = useState<Problem | null>(null);
  const [prove, question] = useProof();
  const offices = useLoad(() => getOffices(app.api), [app]);
  const { value, again, ...loaded } = useLoad(() => app.api.get<Glasses>("/v1/break-glass"), [app]);
  useEffect(() => {
    const timer = setInterval(again, AGAIN_MS);
    return () => clearInterval(timer);
  }, [again]);
  if (!value || !offices.value) {
    const wrong = loaded.problem ?? offices.problem;
    return wrong ? <ErrorState problem={wrong} onRetry={again} /> : <Loading rows={6} />;
  }
  const act = async (run: () => Promise<unknown>) => {
    setProblem(null);
    try {
      await prove(run);
      again();
    } catch (error) {
      setProblem(asProblem(error));
    }
  };
  const wordsOf = (seat: Omit<Asked, "why" | "agreed">) => {
    const office = offices.value?.find((each) => each.id === seat.office);
    return {
      person: seat.person,
      role: t.maybe(`role.${seat.role}`) ?? seat.role,
      office: office ? named(office.name) : seat.office,
      time: time(Date.parse(seat.until)),
    };
  };
  const post = (id: string, step: string) => app.api.post<Record<string, unknown>>(`/v1/break-glass/${id}/${step}`, {});
  const { mine, waiting, open } = value;
  return (
    <div className="identity-keys">
      {question}
      <h2>{t("glass.title")}</h2>
      <p>{t("glass.what")}</p>
      {problem && (
        <p className="field-error" role="alert">
          {problemText(t, problem)}
        </p>
      )}
      {open.length > 0 && (
        <section className="identity-card" aria-label={t("glass.opened")}>
          <h3>{t("glass.opened")}</h3>
          <ul className="identity-list">
            {open.map((seat) => (
              <li key={seat.id} className="identity-key">
                <span>{t("glass.sits", wordsOf(seat))}</span>
                <Button look="danger" onClick={() => void act(() => post(seat.id, "end"))}>
                  {t("glass.end")}
                </Button>
              </li>
            ))}
          </ul>
        </section>
      )}
      {waiting.length > 0 && (
        <section className="identity-card" aria-label={t("glass.waiting")}>
          <h3>{t("glass.waiting")}</h3>
          <ul className="identity-list">
            {waiting.map((seat) => (
              <li key={seat.id} className="identity-key">
                <span>{t("glass.asks", { ...wordsOf(seat), why: seat.why })}</span>
                <Button look="primary" onClick={() => void act(() => post(seat.id, "agree"))}>
                  {t("glass.agree")}
                </Button>
              </li>
            ))}
          </ul>
        </section>
      )}
      {mine ? (
        <section className="identity-card" aria-label={t("glass.ask")}>
          <p role="status">{t(mine.agreed ? "glass.agreed" : "glass.mine", wordsOf(mine))}</p>
          {mine.agreed && (
            <Button look="primary" onClick={() => void act(async () => onIn(readSession(await post(mine.id, "open"))))}>
              {t("glass.open")}
            </Button>
          )}
        </section>
      ) : (
        <Ask
          offices={offices.value.map((each) => ({ id: each.id, tier: each.tier, name: named(each.name) }))}
          onAsk={(seat) => void act(() => app.api.post("/v1/break-glass", seat))}
        />
      )}
      <Button
        onClick={() => {
          location.hash = "";
        }}
      >
        {t("do.back")}
      </Button>
    </div>
  );
}

interface AskProps {
  readonly offices: readonly { readonly id: string; readonly tier: string; readonly name: string }[];
  readonly onAsk: (seat: { role: string; office: string; why: string }) => void;
}

function Ask({ offices, onAsk }: AskProps) {
  const t = useT(messages);
  const [role, setRole] = useState("dispatcher");
  const [chosen, setChosen] = useState("");
  const [why, setWhy] = useState("");
  const fitting = offices.filter((each) => each.tier === TIER_OF[role]);
  const office = fitting.find((each) => each.id === chosen) ?? fitting[0];
  const said = [...why.trim()].length;
  const send = (event: FormEvent) => {
    event.preventDefault();
    if (office && said >= 10) onAsk({ role, office: office.id, why: why.trim() });
  };
  return (
    <form className="identity-card identity-form" onSubmit={send}>
      <Choice
        label={t("glass.role")}
        value={role}
        options={Object.keys(TIER_OF).map((each) => [each, t.maybe(`role.${each}`) ?? each] as const)}
        onChange={setRole}
      />
      <Choice
        label={t("glass.office")}
        value={office?.id ?? ""}
        options={fitting.map((each) => [each.id, each.name] as const)}
        onChange={setChosen}
      />
      <Field label={t("glass.why")} maxLength={300} value={why} onChange={(event) => setWhy(event.target.value)} />
      <Button type="submit" look="primary" disabledReason={said < 10 ? t("glass.whyNot") : null} reasonBelow>
        {t("glass.ask")}
      </Button>
    </form>
  );
}
