import { useReference } from "../../../app/hooks";
import { useFormats, useNamed, useT } from "../../../i18n/hooks";
import { When } from "../When";
import type { Rule } from "./books";
import { standsBefore } from "./books";
import { messages } from "./messages";

/** What the nation sends, to be read: it holds wherever the province says nothing itself. */
export function NationsPlans({ own, rules }: { readonly own: readonly Rule[]; readonly rules: readonly Rule[] }) {
  const t = useT(messages);
  const named = useNamed();
  const { id } = useFormats();
  const { kinds, session } = useReference();
  const nameOf = (code: string) => {
    const kind = kinds.get(code);
    return kind ? named(kind.name) : code;
  };
  return (
    <section className="book-nations" aria-label={t("books.nations")}>
      <h3>{t("books.nations")}</h3>
      <p className="muted">{t("books.nations.what")}</p>
      <table className="admin-lines">
        <thead>
          <tr>
            <th scope="col">{t("books.kind")}</th>
            <th scope="col">{t("books.units")}</th>
            <th scope="col">{t("books.when")}</th>
            <th scope="col">{t("books.planNote")}</th>
            <th scope="col">{t("books.whose")}</th>
          </tr>
        </thead>
        <tbody>
          {rules.map((rule) => (
            <tr key={rule.id}>
              <th scope="row">{nameOf(rule.kind)}</th>
              <td>
                {rule.needs
                  .map((need) => `${id(need.units)} ${t.maybe(`skill.${need.skill}`) ?? need.skill}`)
                  .join(t("books.comma"))}
              </td>
              <td>
                {rule.since && (
                  <>
                    {t("books.since")} <When at={rule.since} />{" "}
                  </>
                )}
                {rule.until && (
                  <>
                    {t("books.until")} <When at={rule.until} />
                  </>
                )}
                {!rule.since && !rule.until && t("books.always")}
              </td>
              <td>{rule.note}</td>
              <td>{t(standsBefore(own, session.province ?? "", rule) ? "books.whose.own" : "books.whose.nation")}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}
