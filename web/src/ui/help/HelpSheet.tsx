import { Printer } from "lucide-react";
import type { ReactNode } from "react";
import { useState } from "react";
import { translator } from "../../i18n/catalogue";
import { useT } from "../../i18n/hooks";
import { usePrefs } from "../../i18n/prefs";
import { Button } from "../Button";
import { Dialog } from "../Dialog";
import { Field } from "../Field";
import { KeyHint } from "../KeyHint";
import { messages } from "./messages";
import type { HelpKey, Screen, Term } from "./screens";
import { has, SCREENS } from "./screens";
import "./help.css";

interface Props {
  readonly screen: Screen;
  readonly keys: readonly HelpKey[];
  /** What is open on the screen now is for this. */
  readonly about?: string | undefined;
}

/** F1: what the screen is for, its keys, its words. */
export default function HelpSheet({ screen, keys, about, onClose }: Props & { readonly onClose: () => void }) {
  const t = useT(messages);
  return (
    <Dialog title={t("help.title")} onClose={onClose}>
      <HelpContent screen={screen} keys={keys} about={about} />
    </Dialog>
  );
}

/** The help itself, for whatever frame a screen has for it. */
export function HelpContent({ screen, keys, about, heading: H = "h3" }: Props & { readonly heading?: "h2" | "h3" }) {
  const t = useT(messages);
  const lang = usePrefs((prefs) => prefs.lang);
  const other = lang === "fa" ? "en" : "fa";
  const inOther = translator(other, messages);
  const [query, setQuery] = useState("");
  const { sentences, terms } = SCREENS[screen];
  const general = Array.from({ length: sentences }, (_, n) => t.maybe(`help.${screen}.${n + 1}`) ?? "");
  const what = [...(about ? [about] : []), ...general].filter((each) => has(query, each));
  const found = keys.filter((each) => has(query, each.keys, each.what));
  const words = terms.filter((term: Term) => has(query, t(`term.${term}`), inOther(`term.${term}`), t(`says.${term}`)));
  const now = found.filter((each) => !each.off);
  const later = found.filter((each) => each.off);
  return (
    <div className="help">
      <div className="help-tools">
        <Field label={t("help.find")} type="search" value={query} onChange={(event) => setQuery(event.target.value)} />
        <Button icon={<Printer size={16} aria-hidden="true" />} onClick={() => print()}>
          {t("help.print")}
        </Button>
      </div>
      {what.length + found.length + words.length === 0 && <p role="status">{t("help.none")}</p>}
      {what.length > 0 && (
        <section>
          <H>{t("help.what.title")}</H>
          {what.map((each) => (
            <p key={each}>{each}</p>
          ))}
        </section>
      )}
      {now.length > 0 && <Keys title={<H>{t("help.now")}</H>} keys={now} />}
      {later.length > 0 && <Keys title={<H>{t("help.else")}</H>} keys={later} />}
      {words.length > 0 && (
        <section>
          <H>{t("help.terms")}</H>
          <dl className="help-terms">
            {words.map((term) => (
              <div key={term}>
                <dt>
                  {t(`term.${term}`)}{" "}
                  <span lang={other} dir={other === "fa" ? "rtl" : "ltr"}>
                    {inOther(`term.${term}`)}
                  </span>
                </dt>
                <dd>{t(`says.${term}`)}</dd>
              </div>
            ))}
          </dl>
        </section>
      )}
    </div>
  );
}

function Keys({ title, keys }: { readonly title: ReactNode; readonly keys: readonly HelpKey[] }) {
  const t = useT(messages);
  const off = keys.some((each) => each.off);
  return (
    <section>
      {title}
      <table className="key-table">
        <thead>
          <tr>
            <th scope="col">{t("help.key")}</th>
            <th scope="col">{t("help.what")}</th>
            {off && <th scope="col">{t("help.when")}</th>}
          </tr>
        </thead>
        <tbody>
          {keys.map((each) => (
            <tr key={each.keys}>
              <td>
                <KeyHint keys={each.keys} />
              </td>
              <td>{each.what}</td>
              {off && <td className="muted">{each.off}</td>}
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}
