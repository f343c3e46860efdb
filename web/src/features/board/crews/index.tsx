import { useEffect, useRef, useState } from "react";
import { asProblem, type Problem } from "../../../api/problem";
import { useApp, useDerived, useLink, useLoad } from "../../../app/hooks";
import type { Office, Unit } from "../../../core/views";
import { useNamed, useT } from "../../../i18n/hooks";
import { Button, Check, Choice, Dialog, Empty, ErrorState, Field, Loading, Ltr } from "../../../ui";
import type { Crew, Crews } from "./logic";
import { firstOff, numbersOf, skillsOf, standOf, ticked, toggled, whyNot } from "./logic";
import { messages } from "./messages";
import "./crews.css";

/** The crews of a station: who is on which unit, and logging one on in one step. */
export function CrewsDialog({ office, onClose }: { readonly office: Office; readonly onClose: () => void }) {
  const { api, world } = useApp();
  const t = useT(messages);
  const named = useNamed();
  const path = `/v1/offices/${encodeURIComponent(office.id)}/crews`;
  const { value, problem, again } = useLoad<Crews>((signal) => api.get<Crews>(path, {}, signal), [path]);
  const [unit, setUnit] = useState<string | null>(null);
  const [said, setSaid] = useState("");
  const stand = useDerived(world.unit, (all: Iterable<Unit>) => standOf(all, office.id), [office.id]);
  const readFor = useRef(stand);
  useEffect(() => {
    if (readFor.current === stand) return;
    readFor.current = stand;
    again();
  }, [stand, again]);
  const chosen = value && (value.crews.find((each) => each.unit === unit) ?? firstOff(value.crews));
  const done = (words: string) => {
    setSaid(words);
    again();
  };
  return (
    <Dialog title={`${t("crews.title")} · ${named(office.name)}`} onClose={onClose}>
      <div className="crews">
        {problem && <ErrorState problem={problem} onRetry={again} />}
        {!value && !problem && <Loading rows={6} onRetry={again} />}
        {value && value.crews.length === 0 && <Empty>{t("crews.empty")}</Empty>}
        {value && <List crews={value} chosen={chosen?.unit ?? null} onChoose={setUnit} />}
        {value && chosen && (
          <LogOn
            key={`${chosen.unit} ${chosen.on_duty} ${chosen.members.join(" ")} ${chosen.lapsed.join(" ")}`}
            of={chosen}
            all={value}
            onDone={done}
          />
        )}
        <p role="status">{said}</p>
      </div>
    </Dialog>
  );
}

function List({
  crews,
  chosen,
  onChoose,
}: {
  readonly crews: Crews;
  readonly chosen: string | null;
  readonly onChoose: (unit: string) => void;
}) {
  const t = useT(messages);
  const sectorName = useSectorName(crews);
  return (
    <table>
      <thead>
        <tr>
          <th scope="col">{t("crews.unit")}</th>
          <th scope="col">{t("crews.now")}</th>
          <th scope="col">{t("crews.who")}</th>
          <th scope="col">{t("crews.sector")}</th>
        </tr>
      </thead>
      <tbody>
        {crews.crews.map((each) => (
          <tr key={each.unit} data-chosen={each.unit === chosen || undefined} data-unit={each.unit}>
            <th scope="row">
              <button
                type="button"
                className="link-button"
                aria-pressed={each.unit === chosen}
                onClick={() => onChoose(each.unit)}
              >
                <Ltr>{each.call_sign}</Ltr>
              </button>
            </th>
            <td>{t(each.busy ? "crews.busy" : each.on_duty ? "crews.free" : "crews.offDuty")}</td>
            <td>
              {each.members.length > 0 ? (
                <>
                  <Ltr className="num">{each.members.join(" ")}</Ltr>
                  {each.lapsed.length > 0 && (
                    <b className="crew-lapsed">{t("crews.lapsed", { numbers: each.lapsed.join(" ") })}</b>
                  )}
                </>
              ) : each.on_duty ? (
                <span className="muted">{t("crews.unnamed", { n: each.crew })}</span>
              ) : (
                t("crews.nobody")
              )}
            </td>
            <td>{each.on_duty ? sectorName(each.sector) : t("crews.nobody")}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function LogOn({
  of,
  all,
  onDone,
}: {
  readonly of: Crew;
  readonly all: Crews;
  readonly onDone: (words: string) => void;
}) {
  const app = useApp();
  const t = useT(messages);
  const link = useLink();
  const sectorName = useSectorName(all);
  const [text, setText] = useState(of.members.filter((each) => !of.lapsed.includes(each)).join(" "));
  const [skills, setSkills] = useState<readonly string[]>(() => ticked(of, all.people));
  const [sector, setSector] = useState(of.sector ?? "");
  const [problem, setProblem] = useState<Problem | null>(null);
  const [sending, setSending] = useState(false);
  const box = useRef<HTMLInputElement>(null);
  useEffect(() => box.current?.focus(), []);
  const members = numbersOf(text);
  const theirs = skillsOf(members, all.people);
  const why = whyNot(members, of, all.crews);
  const words = why && t(why.key, "values" in why ? why.values : {});
  const lost = link.state === "lost" || link.state === "signed_out" ? t("link.lost") : null;
  const act = async (path: string, body: object, done: string) => {
    setSending(true);
    setProblem(null);
    try {
      await app.api.command(`/v1/units/${encodeURIComponent(of.unit)}/${path}`, body, {
        action: "duty",
        subjects: [of.unit],
      });
      onDone(done);
    } catch (error) {
      setProblem(asProblem(error));
    } finally {
      setSending(false);
    }
  };
  const start = () =>
    act(
      "crew",
      { members, skills, sector: sector || null },
      t("crews.started", { unit: of.call_sign, members: members.join(" ") }),
    );
  return (
    <form
      className="crew-form"
      onSubmit={(event) => {
        event.preventDefault();
        if (!why && !lost && !sending) void start();
      }}
    >
      <Field
        ref={box}
        label={t("crews.numbers")}
        hint={t(all.people.length > 0 ? "crews.registerHint" : "crews.numbersHint")}
        value={text}
        dir="ltr"
        inputMode="text"
        onChange={(event) => setText(event.currentTarget.value)}
      />
      {all.people.length > 0 && (
        <div className="crew-people" role="group" aria-label={t("crews.people")}>
          {all.people.map((each) => (
            <Button
              key={each.number}
              look="quiet"
              aria-pressed={members.includes(each.number)}
              disabledReason={
                each.on !== null && each.on !== of.call_sign
                  ? t("crews.why.elsewhere", { number: each.number, unit: each.on })
                  : null
              }
              onClick={() => setText(toggled(members, each.number).join(" "))}
            >
              <Ltr className="num">{each.number}</Ltr>
              {each.skills.length > 0 && (
                <span className="muted"> {each.skills.map((one) => t.maybe(`skill.${one}`) ?? one).join(" · ")}</span>
              )}
            </Button>
          ))}
        </div>
      )}
      <Choice
        label={t("crews.sector")}
        value={sector}
        options={[["", t("crews.wholeArea")], ...all.sectors.map((each) => [each.id, sectorName(each.id)] as const)]}
        onChange={setSector}
      />
      <fieldset>
        <legend>{t("crews.skills")}</legend>
        {all.skills.map((skill) => (
          <Check
            key={skill}
            checked={skills.includes(skill) || theirs.has(skill)}
            disabled={theirs.has(skill)}
            onChange={(on) => setSkills(on ? [...skills, skill] : skills.filter((each) => each !== skill))}
          >
            {t.maybe(`skill.${skill}`) ?? skill}
            {theirs.has(skill) && <span className="muted"> {t("crews.theirs")}</span>}
          </Check>
        ))}
      </fieldset>
      <div className="crew-do">
        <Button type="submit" look="primary" pending={sending} disabledReason={words ?? lost} reasonBelow>
          {t(of.on_duty ? "crews.change" : "crews.start", { unit: of.call_sign })}
        </Button>
        {of.on_duty && (
          <Button
            pending={sending}
            disabledReason={of.busy ? t("crews.why.busy", { unit: of.call_sign }) : lost}
            onClick={() => void act("duty", { on: false }, t("crews.ended", { unit: of.call_sign }))}
          >
            {t("crews.end", { unit: of.call_sign })}
          </Button>
        )}
      </div>
      {problem && <ErrorState problem={problem} />}
    </form>
  );
}

function useSectorName(crews: Crews): (id: string | null) => string {
  const t = useT(messages);
  return (id) => {
    const found = crews.sectors.find((each) => each.id === id);
    if (!found) return id ?? t("crews.wholeArea");
    return t.lang === "fa" ? found.name_fa : found.name_en;
  };
}
