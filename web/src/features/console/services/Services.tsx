/** The ambulance, the fire brigade: asked to come with one key, and shown with the time. */

import { useApp } from "../../../app/hooks";
import { msOf } from "../../../core/units";
import type { Incident } from "../../../core/views";
import { useFormats, useT } from "../../../i18n/hooks";
import { Button, reasonText, useKeys } from "../../../ui";
import { useConsole, useMay, useWords } from "../context";
import { whyNotChange } from "../rules";
import { SERVICE_KEYS, servicesOf, useServices } from "./known";
import { messages } from "./messages";

export function ServiceButtons({ incident }: { readonly incident: Incident }) {
  const { api } = useApp();
  const { acts } = useConsole();
  const words = useWords();
  const t = useT(messages);
  const { timeSeconds } = useFormats();
  const may = useMay();
  const services = useServices();
  const whyNot = (code: string): string | null => {
    const asked = incident.services?.find((each) => each.service === code);
    if (asked) return t("services.already", { name: words.service(code), time: timeSeconds(msOf(asked.at)) });
    return may("change") ?? reasonText(words.t as never, whyNotChange(incident) as never);
  };
  const ask = (code: string | undefined) => {
    if (code && !whyNot(code)) void acts.incidents.askService(incident, code, words.service(code));
  };
  const askNth = (n: number) => {
    servicesOf(api).then(
      (known) => ask(known[n]),
      () => undefined,
    );
  };
  useKeys(SERVICE_KEYS.map((code, n) => ({ code, inFields: true, run: () => askNth(n) })));
  return services.map((code, n) => (
    <Button key={code} keyHint={SERVICE_KEYS[n]} disabledReason={whyNot(code)} onClick={() => ask(code)}>
      {words.service(code)}
    </Button>
  ));
}

/** What was asked, since when and by whom, each with the way to let it go. */
export function AskedServices({ incident }: { readonly incident: Incident }) {
  const { acts } = useConsole();
  const words = useWords();
  const t = useT(messages);
  const { timeSeconds } = useFormats();
  const may = useMay();
  const asked = incident.services ?? [];
  if (asked.length === 0) return null;
  return (
    <>
      <dt>{t("services.title")}</dt>
      <dd>
        {asked.map((each) => (
          <span key={each.service} className="fact-line">
            <span>
              <b>{words.service(each.service)}</b>{" "}
              <span className="muted">
                {t("services.asked", { time: timeSeconds(msOf(each.at)) })}{" "}
                {t("services.by", { who: words.person(each.by) })}
              </span>
            </span>
            {!whyNotChange(incident) && (
              <Button
                look="quiet"
                disabledReason={may("change")}
                onClick={() => void acts.incidents.releaseService(incident, each.service, words.service(each.service))}
              >
                {t("services.release")}
              </Button>
            )}
          </span>
        ))}
      </dd>
    </>
  );
}
