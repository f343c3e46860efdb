import { useReference } from "../../../app/hooks";
import { useFormats, useNamed, useT } from "../../../i18n/hooks";
import { Aim } from "./Aim";
import type { OfficeTrend, Rate } from "./logic";
import { compared } from "./logic";
import { messages } from "./messages";

/** Offices beside one another, worst first; what rests on too few cases is grey. */
export function Compare({ below }: { readonly below: readonly OfficeTrend[] }) {
  const t = useT(messages);
  const named = useNamed();
  const { offices } = useReference();
  const { num, timer } = useFormats();
  const cell = (of: Rate, said: (value: number) => string) => (
    <td className="num" data-few={of.few || undefined}>
      {of.value === null ? "—" : said(of.value)}
    </td>
  );
  return (
    <table className="compare">
      <thead>
        <tr>
          <th scope="col">{t("trends.office")}</th>
          <th scope="col">{t("trends.people")}</th>
          <th scope="col">{t("trends.calls")}</th>
          <th scope="col">{t("trends.callsPer")}</th>
          <th scope="col">{t("trends.incidents")}</th>
          <th scope="col">{t("trends.incidentsPer")}</th>
          <th scope="col">{t("trends.waitingOf")}</th>
          <th scope="col">{t("trends.responseOf")}</th>
          <th scope="col">{t("trends.alarms")}</th>
        </tr>
      </thead>
      <tbody>
        {compared(below).map((row) => {
          const office = offices.find(row.office as never);
          return (
            <tr key={row.office} data-office={row.office}>
              <th scope="row">{office ? named(office.name) : row.office}</th>
              <td className="num">{row.people === null ? "—" : num(row.people)}</td>
              {cell(row.calls, num)}
              {cell(row.callsPerPeople, (value) => num(value, 2))}
              {cell(row.incidents, num)}
              {cell(row.incidentsPerUnit, (value) => num(value, 2))}
              <td className="num" data-few={row.open < 5 || undefined} data-loud={row.waiting > 0 || undefined}>
                {t("trends.of", { part: row.waiting, whole: row.open })}
              </td>
              <td className="num" data-few={row.response.few || undefined}>
                {row.response.value === null ? "—" : timer(row.response.value * 1000)}{" "}
                <small>{t("trends.ofReached", { n: row.response.n })}</small>
                <Aim of={row.aimed} />
              </td>
              <td className="num">{num(row.alarms)}</td>
            </tr>
          );
        })}
      </tbody>
    </table>
  );
}
