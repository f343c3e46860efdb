/** The strip of every desk while somebody sits in another's seat, or asks to. */

import { useReference } from "../../app/hooks";
import { useFormats, useNamed, useT } from "../../i18n/hooks";
import { messages } from "./messages";

interface Props {
  readonly seats: readonly { readonly role: string; readonly office: string; readonly until: string }[];
  readonly asked: number;
}

export default function GlassBar({ seats, asked }: Props) {
  const t = useT(messages);
  const named = useNamed();
  const { time } = useFormats();
  const { offices } = useReference();
  return (
    <div className="link-bar" data-state="late">
      {seats.map((seat) => {
        const office = offices.find(seat.office as never);
        return (
          <span key={`${seat.role} ${seat.office} ${seat.until}`}>
            {t("glass.bar", {
              role: t.maybe(`role.${seat.role}`) ?? seat.role,
              office: office ? named(office.name) : seat.office,
              time: time(Date.parse(seat.until)),
            })}
          </span>
        );
      })}
      {asked > 0 && (
        <span>
          {t("glass.barAsked")}{" "}
          <a href="/#glass" target="_blank" rel="noreferrer">
            {t("glass.see")}
          </a>
        </span>
      )}
    </div>
  );
}
