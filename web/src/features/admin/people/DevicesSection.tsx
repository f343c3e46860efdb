import { Plus } from "lucide-react";
import { useEffect, useState } from "react";
import { useApp, useLoad, useReference } from "../../../app/hooks";
import { matches } from "../../../core/text";
import type { OfficeId } from "../../../core/units";
import { useNamed, useT } from "../../../i18n/hooks";
import { Button, Empty, ErrorState, Field, Grid, Loading, Ltr } from "../../../ui";
import { messages } from "./messages";
import { NewUnit } from "./NewUnit";
import type { DeviceRow, UnitRow } from "./people";
import { inUseFirst } from "./people";
import { UnitPage } from "./UnitPage";

const AGAIN_MS = 5_000;

interface Props {
  readonly root: string;
  readonly subject: string | null;
  readonly onSubject: (subject: string | null) => void;
}

/** Units, those in use first: what each is, and the handhelds and trackers that are its own. */
export function DevicesSection({ root, subject, onSubject }: Props) {
  const app = useApp();
  const t = useT(messages);
  const named = useNamed();
  const { offices } = useReference();
  const [query, setQuery] = useState("");
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
  const shown = inUseFirst(value.units).filter((unit) =>
    matches(`${unit.call_sign} ${unit.former_signs.join(" ")} ${officeOf(unit)}`, query),
  );
  const unit = subject === null ? undefined : byId.get(subject);
  return (
    <div className="admin-two">
      <div className="admin-offices people-list">
        <Field
          label={t("devices.find")}
          type="search"
          value={query}
          onChange={(event) => setQuery(event.target.value)}
        />
        <Button
          icon={<Plus size={16} aria-hidden="true" />}
          disabledReason={subject === null ? t("devices.why.new") : null}
          onClick={() => onSubject(null)}
        >
          {t("devices.newUnit")}
        </Button>
        <Grid
          label={t("devices.units")}
          ids={shown.map((each) => each.id)}
          rowHeight={36}
          selected={subject}
          onSelect={onSubject}
          follow
          empty={<Empty at={loaded.at}>{t("devices.noUnit")}</Empty>}
          renderRow={(id) => {
            const one = byId.get(id);
            return one ? (
              <div role="gridcell" className="admin-office">
                <b>
                  <Ltr>{one.call_sign}</Ltr>
                </b>
                <span className="truncate muted">{officeOf(one)}</span>
                {one.retired_at !== null ? (
                  <span className="admin-mark">{t("devices.mark.retired")}</span>
                ) : (
                  good.has(id) && <span className="admin-mark">{t("devices.count", { n: good.get(id) ?? 0 })}</span>
                )}
              </div>
            ) : null;
          }}
        />
      </div>
      <div className="admin-page">
        {loaded.problem && <ErrorState problem={loaded.problem} onRetry={again} />}
        {unit ? (
          <UnitPage
            key={unit.id}
            unit={unit}
            units={value.units}
            devices={value.devices.filter((each) => each.unit === unit.id)}
            onActed={again}
          />
        ) : (
          <>
            {/* An address of a unit that is not there, or not below this office. */}
            {subject !== null && <Empty>{t("devices.gone")}</Empty>}
            <NewUnit units={value.units} onDone={again} />
          </>
        )}
      </div>
    </div>
  );
}
