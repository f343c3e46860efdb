import { QrCode } from "lucide-react";
import { useState } from "react";
import type { Problem } from "../../../api/problem";
import { asProblem } from "../../../api/problem";
import { useApp } from "../../../app/hooks";
import { problemText, useFormats, useT } from "../../../i18n/hooks";
import { Button, Dialog, Field, Ltr, Timer } from "../../../ui";
import { useProof } from "../../identity/Proof";
import { When } from "../When";
import { messages } from "./messages";
import type { DeviceCode, DeviceRow, UnitRow } from "./people";
import { pictureOf } from "./people";

export interface DevicesOf {
  readonly unit: UnitRow;
  readonly devices: readonly DeviceRow[];
  readonly onActed: () => void;
}

/** The handhelds and trackers of one unit, and a code for another. */
export function UnitDevices({ unit, devices, onActed }: DevicesOf) {
  const app = useApp();
  const t = useT(messages);
  const [code, setCode] = useState<DeviceCode | null>(null);
  const [label, setLabel] = useState("");
  const [problem, setProblem] = useState<Problem | null>(null);
  const [prove, question] = useProof();
  const act = async (run: () => Promise<unknown>) => {
    setProblem(null);
    try {
      await run();
      onActed();
    } catch (error) {
      setProblem(asProblem(error));
    }
  };
  const give = () =>
    act(async () =>
      setCode(await prove(() => app.api.post<DeviceCode>("/v1/device-codes", { unit: unit.id, label: label.trim() }))),
    );
  return (
    <>
      {question}
      <h3>{t("devices.devices")}</h3>
      {problem && (
        <p className="field-error" role="alert">
          {problemText(t, problem)}
        </p>
      )}
      {unit.retired_at === null && (
        <div className="book-line">
          <Field
            label={t("devices.label")}
            value={label}
            maxLength={60}
            onChange={(event) => setLabel(event.target.value)}
          />
          <Button icon={<QrCode size={16} aria-hidden="true" />} onClick={() => void give()}>
            {t("devices.give")}
          </Button>
        </div>
      )}
      <Devices
        devices={devices}
        onRevoke={(id) => void act(() => app.api.post(`/v1/devices/${encodeURIComponent(id)}/revoke`, {}))}
      />
      {code && <Picture code={code} unit={unit} onClose={() => setCode(null)} />}
    </>
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
