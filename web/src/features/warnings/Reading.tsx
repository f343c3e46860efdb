import { msOf } from "../../core/units";
import type { PublicWarning, WarningWords } from "../../core/views";
import { useFormats, useT } from "../../i18n/hooks";
import { messages } from "./messages";
import "./reading.css";

/** What the second person reads before it goes out: every word in both languages, and every code. */
export function Reading({ warning }: { readonly warning: PublicWarning }) {
  const t = useT(messages);
  const { date, time } = useFormats();
  const at = (text: string | null) => {
    const ms = msOf(text as never) ?? null;
    return ms === null ? "" : `${date(ms)} ${time(ms)}`;
  };
  const codes: readonly (readonly [string, string])[] = [
    [
      t("warnings.category"),
      warning.categories.map((each) => t.maybe(`warnings.category.${each}`) ?? each).join(t("list.and")),
    ],
    [
      t("warnings.response"),
      warning.responses.map((each) => t.maybe(`warnings.response.${each}`) ?? each).join(t("list.and")),
    ],
    [t("warnings.urgency"), t.maybe(`warnings.urgency.${warning.urgency}`) ?? warning.urgency],
    [t("warnings.severity"), t.maybe(`warnings.severity.${warning.severity}`) ?? warning.severity],
    [t("warnings.certainty"), t.maybe(`warnings.certainty.${warning.certainty}`) ?? warning.certainty],
    [t("warnings.onset"), at(warning.onset_at)],
  ];
  return (
    <section className="warning-reading" aria-label={t("warnings.all")}>
      <InLanguage words={warning.fa} lang="fa" />
      {warning.en ? <InLanguage words={warning.en} lang="en" /> : <p className="muted">{t("warnings.oneLanguage")}</p>}
      <dl>
        {codes
          .filter(([, said]) => said !== "")
          .map(([name, said]) => (
            <div key={name}>
              <dt>{name}</dt>
              <dd>{said}</dd>
            </div>
          ))}
      </dl>
    </section>
  );
}

function InLanguage({ words, lang }: { readonly words: WarningWords; readonly lang: "fa" | "en" }) {
  return (
    <div dir={lang === "fa" ? "rtl" : "ltr"} lang={lang}>
      <p>
        <b>{words.headline}</b>
      </p>
      <p>
        {words.event} · {words.area}
      </p>
      {words.description && <p>{words.description}</p>}
      {words.instruction && <p>{words.instruction}</p>}
    </div>
  );
}
