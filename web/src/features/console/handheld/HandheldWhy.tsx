import { useApp, useItem } from "../../../app/hooks";
import { useT } from "../../../i18n/hooks";
import { messages } from "./messages";

/** Why a unit's handheld would not ring, beside the reason that passed it over. */
export function HandheldWhy({ unit }: { readonly unit: string }) {
  const t = useT(messages);
  const { world } = useApp();
  const health = useItem(world.health, unit);
  const why = !health ? "never" : !health.reachable ? "silent" : `sound.${health.sound}`;
  return <span className="muted">({t.maybe(`handheld.${why}`)})</span>;
}
