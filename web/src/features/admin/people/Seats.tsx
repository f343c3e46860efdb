import { Plus, X } from "lucide-react";
import { useApp, useLoad, useReference } from "../../../app/hooks";
import { useT } from "../../../i18n/hooks";
import { Button, Choice, DateField } from "../../../ui";
import { useOfficeOptions } from "../offices";
import { messages } from "./messages";
import type { Seat, UnitRow } from "./people";
import { ROLES, withRole } from "./people";

interface Props {
  readonly seats: readonly Seat[];
  readonly onChange: (seats: readonly Seat[]) => void;
}

/** Where somebody sits: role, office, for an officer the car; from when until when. */
export function Seats({ seats, onChange }: Props) {
  const app = useApp();
  const t = useT(messages);
  const { session } = useReference();
  const root = session.province ?? session.office ?? "";
  const { value } = useLoad(
    (signal) => app.api.get<{ units: UnitRow[] }>("/v1/devices", { office: root }, signal),
    [app, root],
  );
  const put = (n: number, seat: Seat | null) =>
    onChange(seat === null ? seats.filter((_, m) => m !== n) : seats.map((each, m) => (m === n ? seat : each)));
  const add = () => onChange([...seats, { role: "dispatcher", office: root, unit: null, since: "", until: "" }]);
  return (
    <div className="admin-kinds">
      {seats.map((seat, n) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: a seat has no other name than its place.
        <OneSeat key={n} seat={seat} units={value?.units ?? []} onChange={(one) => put(n, one)} />
      ))}
      <Button icon={<Plus size={16} aria-hidden="true" />} onClick={add}>
        {t("people.addSeat")}
      </Button>
    </div>
  );
}

function OneSeat({
  seat,
  units,
  onChange,
}: {
  readonly seat: Seat;
  readonly units: readonly UnitRow[];
  readonly onChange: (seat: Seat | null) => void;
}) {
  const t = useT(messages);
  const offices = useOfficeOptions();
  // One that is retired is still said where it is theirs.
  const cars = units
    .filter((unit) => unit.retired_at === null || unit.id === seat.unit)
    .map((unit) => [unit.id, unit.call_sign] as const);
  const limit = (part: "since" | "until") => (
    <div>
      <DateField
        label={t(`people.${part}`)}
        value={seat[part] === "" ? null : Date.parse(seat[part])}
        withTime
        onChange={(ms) => onChange({ ...seat, [part]: new Date(ms).toISOString() })}
      />
      {seat[part] !== "" && (
        <Button look="quiet" onClick={() => onChange({ ...seat, [part]: "" })}>
          {t("people.noLimit")}
        </Button>
      )}
    </div>
  );
  return (
    <div className="book-question">
      <div className="book-line">
        <Choice
          label={t("people.role")}
          value={seat.role}
          options={ROLES.map((role) => [role, t(`role.${role}`)] as const)}
          onChange={(role) => onChange(withRole(seat, role))}
        />
        <Choice
          label={t("people.office")}
          value={seat.office}
          options={offices}
          onChange={(office) => onChange({ ...seat, office })}
        />
        {seat.role === "officer" && (
          <Choice
            label={t("people.unit")}
            value={seat.unit ?? ""}
            options={[["", t("people.noUnit")], ...cars]}
            onChange={(unit) => {
              const car = units.find((each) => each.id === unit);
              onChange({ ...seat, unit: car ? car.id : null, office: car ? car.office : seat.office });
            }}
          />
        )}
      </div>
      <div className="book-line">
        {limit("since")}
        {limit("until")}
        <Button icon={<X size={16} aria-hidden="true" />} onClick={() => onChange(null)}>
          {t("people.removeSeat")}
        </Button>
      </div>
    </div>
  );
}
