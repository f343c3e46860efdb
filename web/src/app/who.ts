import { useNamed, useT } from "../i18n/hooks";
import { useReference } from "./hooks";

/**
 * Who did something, as a board may say it: the role and the office or car, never a person's name.
 *
 * The demo's actors are seats, `seat:{role}:{office}` and `seat:officer:{unit}`; any other id is a person or the system.
 */
export function useWho(): (actor: string | null) => string {
  const { offices } = useReference();
  const named = useNamed();
  const t = useT();
  return (actor) => {
    if (actor === null || actor === "") return t("role.system");
    const [kind, role = "", place = ""] = actor.split(":");
    if (kind !== "seat") return t.maybe(`role.${actor}`) ?? t("role.staff");
    const office = offices.find(place as never);
    return [t.maybe(`role.${role}`) ?? role, office ? named(office.name) : (place.split(".u.")[1] ?? "")]
      .filter(Boolean)
      .join(t("list.and"));
  };
}
