import { Plus, X } from "lucide-react";
import { useState } from "react";
import { useFormats, useT } from "../../../i18n/hooks";
import { Button, Choice, Field } from "../../../ui";
import { Locked } from "../Locked";
import type { Option, Question, QuestionSet } from "./books";
import { freshId, keyOfSet, replaced, whoseIs } from "./books";
import { messages } from "./messages";
import { PriorityChoice, useKindOptions } from "./parts";

const POINTS = Array.from({ length: 21 }, (_, n) => n - 10);

interface Props {
  readonly sets: readonly QuestionSet[];
  /** What the nation asks; null where it has no such book. */
  readonly nations: readonly QuestionSet[] | null;
  readonly readOnly: boolean;
  readonly onChange: (sets: readonly QuestionSet[]) => void;
}

/** The key questions of one kind at a time. */
export function Questions({ sets, nations, readOnly, onChange }: Props) {
  const t = useT(messages);
  const kinds = useKindOptions();
  const [kind, setKind] = useState(sets[0]?.kind ?? kinds[0]?.[0] ?? "");
  const at = sets.findIndex((each) => each.kind === kind);
  const set = sets[at];
  const put = (one: QuestionSet) =>
    onChange(at < 0 ? [...sets, one] : replaced(sets, at, one.questions.length ? one : null));
  const add = () => {
    const questions = set?.questions ?? [];
    const fresh = {
      id: freshId(
        "q",
        questions.map((each) => each.id),
      ),
      fa: "",
      en: "",
      options: [blank([]), blank(["a1"])],
    };
    put({ ...(set ?? { kind }), kind, questions: [...questions, fresh] });
  };
  const has = new Set(sets.map((each) => each.kind));
  return (
    <div className="book-edit">
      <div className="book-line">
        <Choice
          label={t("books.kind")}
          value={kind}
          options={kinds.map(([code, name]) => [code, has.has(code) ? t("books.hasQuestions", { kind: name }) : name])}
          onChange={setKind}
        />
        <Locked on={readOnly}>
          {set && (
            <PriorityChoice label={t("books.floor")} value={set.floor} onChange={(floor) => put({ ...set, floor })} />
          )}
        </Locked>
      </div>
      <Locked on={readOnly}>
        <WhoseSet
          set={set ?? null}
          kind={kind}
          nations={nations}
          onTake={(one) => onChange(at < 0 ? [...sets, one] : replaced(sets, at, one))}
        />
        {set?.questions.map((question, n) => (
          <OneQuestion
            key={question.id}
            number={n + 1}
            question={question}
            onChange={(one) => put({ ...set, questions: replaced(set.questions, n, one) })}
          />
        ))}
        <Button icon={<Plus size={16} aria-hidden="true" />} onClick={add}>
          {t("books.addQuestion")}
        </Button>
      </Locked>
    </div>
  );
}

/** Whose questions these are; where they are not the nation's, the way back to them. */
function WhoseSet({
  set,
  kind,
  nations,
  onTake,
}: {
  readonly set: QuestionSet | null;
  readonly kind: string;
  readonly nations: readonly QuestionSet[] | null;
  readonly onTake: (set: QuestionSet) => void;
}) {
  const t = useT(messages);
  if (nations === null) return null;
  const is = whoseIs(set, nations, keyOfSet);
  const unasked = set ? undefined : nations.find((each) => each.kind === kind);
  const theirs = is.whose === "other" ? is.nations : unasked;
  return (
    <p className="book-whose">
      {theirs === undefined
        ? set && t(is.whose === "nation" ? "books.set.nation" : "books.set.own")
        : t(set ? "books.set.other" : "books.set.unasked")}
      {theirs && <Button onClick={() => onTake(theirs)}>{t("books.set.take")}</Button>}
    </p>
  );
}

function blank(taken: readonly string[]): Option {
  return { key: freshId("a", taken), fa: "", en: "" };
}

function OneQuestion({
  number,
  question,
  onChange,
}: {
  readonly number: number;
  readonly question: Question;
  readonly onChange: (question: Question | null) => void;
}) {
  const t = useT(messages);
  const { id } = useFormats();
  const put = (n: number, option: Option | null) =>
    onChange({ ...question, options: replaced(question.options, n, option) });
  return (
    <section className="book-question" aria-label={t("books.question", { n: number })}>
      <div className="book-line">
        <Field
          label={t("books.questionFa", { n: number })}
          value={question.fa}
          maxLength={80}
          onChange={(event) => onChange({ ...question, fa: event.target.value })}
        />
        <Field
          label={t("books.questionEn", { n: number })}
          dir="ltr"
          value={question.en}
          maxLength={80}
          onChange={(event) => onChange({ ...question, en: event.target.value })}
        />
        <Button icon={<X size={16} aria-hidden="true" />} onClick={() => onChange(null)}>
          {t("books.removeQuestion")}
        </Button>
      </div>
      <table className="admin-lines">
        <thead>
          <tr>
            {(["fa", "en", "points", "shortFa", "shortEn"] as const).map((column) => (
              <th key={column} scope="col">
                {t(`books.option.${column}`)}
              </th>
            ))}
            <th scope="col">
              <span className="visually-hidden">{t("books.remove")}</span>
            </th>
          </tr>
        </thead>
        <tbody>
          {question.options.map((option, n) => (
            <tr key={option.key}>
              {(["fa", "en"] as const).map((part) => (
                <td key={part} data-label={t(`books.option.${part}`)}>
                  <input
                    className="input"
                    dir={part === "en" ? "ltr" : "auto"}
                    maxLength={80}
                    aria-label={t(`books.option.${part}`)}
                    value={option[part]}
                    onChange={(event) => put(n, { ...option, [part]: event.target.value })}
                  />
                </td>
              ))}
              <td data-label={t("books.option.points")}>
                <Choice
                  label={t("books.option.points")}
                  hideLabel
                  value={String(option.points ?? 0)}
                  options={POINTS.map((points) => [String(points), points > 0 ? `+${id(points)}` : id(points)])}
                  onChange={(points) => put(n, { ...option, points: Number(points) })}
                />
              </td>
              {(["short_fa", "short_en"] as const).map((part) => (
                <td key={part} data-label={t(part === "short_fa" ? "books.option.shortFa" : "books.option.shortEn")}>
                  <input
                    className="input"
                    dir={part === "short_en" ? "ltr" : "auto"}
                    maxLength={40}
                    aria-label={t(part === "short_fa" ? "books.option.shortFa" : "books.option.shortEn")}
                    value={option[part] ?? ""}
                    onChange={(event) => put(n, { ...option, [part]: event.target.value })}
                  />
                </td>
              ))}
              <td>
                <Button
                  look="quiet"
                  aria-label={t("books.remove")}
                  icon={<X size={16} aria-hidden="true" />}
                  onClick={() => put(n, null)}
                />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      <Button
        icon={<Plus size={16} aria-hidden="true" />}
        onClick={() =>
          onChange({ ...question, options: [...question.options, blank(question.options.map((each) => each.key))] })
        }
      >
        {t("books.addOption")}
      </Button>
    </section>
  );
}
