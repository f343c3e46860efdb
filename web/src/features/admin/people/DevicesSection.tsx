import { QrCode } from "lucide-react";
import { useEffect, useState } from "react";
import type { Problem } from "../../../api/problem";
import { asProblem } from "../../../api/problem";
import { useApp, useLoad, useReference } from "../../../app/hooks";
import { matches } from "../../../core/text";
import type { OfficeId } from "../../../core/units";
import { problemText, useFormats, useNamed, useT } from "../../../i18n/hooks";
import { Button, Dialog, Empty, ErrorState, Field, Grid, Loading, Ltr, Timer } from "../../../ui";
import { useProof } from "../../identity/Proof";
import { When } from "../When";
import { messages } from "./messages";
import { NewUnit } from "./NewUnit";
import type { DeviceCode, DeviceRow, UnitRow } from "./people";
import { pictureOf } from "./people";

const AGAIN_MS = 5_000;

/** Units and the handhelds and trackers that are theirs. */
export function DevicesSection({ root }: { readonly root: string }) {
  const app = useApp();
  const t = useT(messages);
  const named = useNamed();
  const { offices } = useReference();
  const [query, setQuery] = useState("");
  const [chosen, setChosen] = useState<string | null>(null);
  const [code, setCode] = useState<DeviceCode | null>(null);
  const [label, setLabel] = useState("");
  const [problem, setProblem] = useState<Problem | null>(null);
  const [prove, question] = useProof();
  const loaded = useLoad(
    (signal) => app.api.get<{ units: UnitRow[]; devices: DeviceRow[] }>("/v1/devices", { office: root }, signal),
    [app, root],
  );
  const { value, again } = loaded;
  // A handheld that has just read the code shows up by itself.
  useEffect(() => {
    const timer = setInterval(again, AGAIN_MS);
    return () => clearInterval(timer);
  }, [again]);
  if (!value)
    return loaded.problem ? (
      <ErrorState problem={loaded.problem} onRetry={again} />
    ) : (
      <Loading rows={12} onRetry={again} />
    );
  const officeOf = (unit: UnitRow) => {
    const office = offices.find(unit.office as OfficeId);
    return office ? named(office.name) : unit.office;
  };
  const byId = new Map(value.units.map((unit) => [unit.id, unit]));
  const good = new Map<string, number>();
  for (const device of value.devices)
    if (device.unit && device.revoked_at === null) good.set(device.unit, (good.get(device.unit) ?? 0) + 1);
  const shown = value.units.filter((unit) => matches(`${unit.call_sign} ${officeOf(unit)}`, query));
  const unit = chosen === null ? undefined : byId.get(chosen);
  const act = async (run: () => Promise<void>) => {
    setProblem(null);
    try {
      await run();
      again();
    } catch (error) {
      setProblem(asProblem(error));
    }
  };
  const give = () =>
    unit &&
    act(async () =>
      setCode(await prove(() => app.api.post<DeviceCode>("/v1/device-codes", { unit: unit.id, label: label.trim() }))),
    );
  return (
    <div className="admin-two">
      <div className="admin-offices">
        <Field
          label={t("devices.find")}
          type="search"
          value={query}
          onChange={(event) => setQuery(event.target.value)}
        />
        <Grid
          label={t("devices.units")}
          ids={shown.map((each) => each.id)}
          rowHeight={36}
          selected={chosen}
          onSelect={setChosen}
          empty={<Empty at={loaded.at}>{t("devices.noUnit")}</Empty>}
          renderRow={(id) => {
            const one = byId.get(id);
            return one ? (
              <div role="gridcell" className="admin-office">
                <b>
                  <Ltr>{one.call_sign}</Ltr>
                </b>
                <span className="truncate muted">{officeOf(one)}</span>
                {good.has(id) && <span className="admin-mark">{t("devices.count", { n: good.get(id) ?? 0 })}</span>}
              </div>
            ) : null;
          }}
        />
      </div>
      <div className="admin-page">
        {problem && (
          <p className="field-error" role="alert">
            {problemText(t, problem)}
          </p>
        )}
        {unit ? (
          <section className="admin-card" aria-label={unit.call_sign}>
            <h2>
              <Ltr>{unit.call_sign}</Ltr> · {officeOf(unit)}
            </h2>
            <p className="muted">
              {t(`devices.kind.${unit.kind}` as "devices.kind.car")} ·{" "}
              {unit.skills.map((skill) => t.maybe(`skill.${skill}`) ?? skill).join(t("devices.and"))}
            </p>
            <div className="book-line">
              <Field
                label={t("devices.label")}
                value={label}
                maxLength={60}
                onChange={(event) => setLabel(event.target.value)}
              />
              <Button look="primary" icon={<QrCode size={16} aria-hidden="true" />} onClick={() => void give()}>
                {t("devices.give")}
              </Button>
            </div>
            <Devices
              devices={value.devices.filter((each) => each.unit === unit.id)}
              onRevoke={(id) =>
                void act(async () => {
                  await app.api.post(`/v1/devices/${encodeURIComponent(id)}/revoke`, {});
                })
              }
            />
          </section>
        ) : (
          <Empty>{t("devices.choose")}</Empty>
        )}
        <NewUnit units={value.units} onDone={again} />
      </div>
      {question}
      {code && unit && <Picture code={code} unit={unit} onClose={() => setCode(null)} />}
    </div>
  );
}

function Devices({
  devices,
  onRevoke,
}: {
  readonly devices: readonly DeviceRow[];
  readonly onRevoke: (id: string) => void;
}) {
  const t = useT(messages);
  if (devices.length === 0) return <p className="muted">{t("devices.none")}</p>;
  return (
    <table className="admin-lines">
      <thead>
        <tr>
          <th scope="col">{t("devices.device")}</th>
          <th scope="col">{t("devices.since")}</th>
          <th scope="col">{t("devices.state")}</th>
        </tr>
      </thead>
      <tbody>
        {devices.map((device) => (
          <tr key={device.id}>
            <th scope="row">
              {device.label || <Ltr>{device.id}</Ltr>}
              {device.keyed && <span className="admin-mark">{t("devices.keyed")}</span>}
            </th>
            <td>
              <When at={device.enrolled_at} />
            </td>
            <td>
              {device.revoked_at === null ? (
                <span className="admin-acts">
                  <span>{t("devices.signedIn", { n: device.signed_in })}</span>
                  <Button look="danger" onClick={() => onRevoke(device.id)}>
                    {t("devices.revoke")}
                  </Button>
                </span>
              ) : (
                <span className="muted">
                  {t("devices.revoked")} <When at={device.revoked_at} />
                </span>
              )}
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

/** The code for the handheld's camera, and in letters for one without. */
function Picture({
  code,
  unit,
  onClose,
}: {
  readonly code: DeviceCode;
  readonly unit: UnitRow;
  readonly onClose: () => void;
}) {
  const t = useT(messages);
  const { size, path } = pictureOf(code.modules);
  const { time } = useFormats();
  const until = Date.parse(code.expires_at);
  return (
    <Dialog title={t("devices.codeFor", { unit: unit.call_sign })} onClose={onClose}>
      <div className="device-code">
        <svg data-theme="glare" viewBox={`0 0 ${size} ${size}`} role="img" aria-label={t("devices.picture")}>
          <path d={path} className="device-dark" />
        </svg>
        <p>{t("devices.how")}</p>
        <p className="people-code">
          <Ltr>{code.code}</Ltr>
        </p>
        <p>
          {t("devices.until", { time: time(until) })} <Timer to={until} />
        </p>
      </div>
    </Dialog>
  );
}
