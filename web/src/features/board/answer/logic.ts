/** What a desk can answer to an incident that came to it: whom it may hand it to, and from whom take it. Pure. */

import type { OfficeTree } from "../../../core/offices";
import type { OfficeId } from "../../../core/units";
import type { Incident } from "../../../core/views";

export interface Hand {
  readonly word: "answer.giveBack" | "answer.up" | "answer.takeBack";
  readonly act: "pass_on" | "delegate" | "take_back";
  readonly office: OfficeId;
}

/** To whom this office can hand an incident that it works on, and from whom it can take it back. */
export function handsOf(
  incident: Pick<Incident, "offices" | "station">,
  own: OfficeId,
  tree: OfficeTree,
): readonly Hand[] {
  const working = incident.offices.filter((each) => each.mode === "manage");
  const mine = working.find((each) => each.office === own);
  const given = incident.offices
    .filter(
      (each) =>
        each.office !== own &&
        isBelow(each.by, own, tree) &&
        each.role === "Dispatched" &&
        each.office !== incident.station,
    )
    .map((each): Hand => ({ word: "answer.takeBack", act: "take_back", office: each.office }));
  if (!mine) return given;
  const from = mine.by !== null && mine.by !== own ? tree.find(mine.by as OfficeId) : undefined;
  if (from) return [{ word: "answer.giveBack", act: "pass_on", office: from.id }, ...given];
  const above = tree.find(own)?.parent ?? null;
  if (above === null || working.some((each) => each.office === above)) return given;
  return [{ word: "answer.up", act: "delegate", office: above }, ...given];
}

/** Whether an office is another, or lies below it: what a station gave in its own name those above it may take back. */
const isBelow = (office: string | null, own: OfficeId, tree: OfficeTree): boolean =>
  office !== null && tree.chainOf(office as OfficeId).some((each) => each.id === own);

/** To which stations a desk may delegate an incident: a station to its neighbours, those above to every one below them. */
export function targetsOf(incident: Pick<Incident, "offices">, own: OfficeId, tree: OfficeTree): readonly OfficeId[] {
  const working = incident.offices.filter((each) => each.mode === "manage").map((each) => each.office);
  const office = tree.find(own);
  if (!office || !working.some((each) => isBelow(each, own, tree))) return [];
  const under = (id: OfficeId): readonly OfficeId[] =>
    tree.childrenOf(id).flatMap((each) => (each.tier === "station" ? [each.id] : under(each.id)));
  const all = office.tier === "station" && office.parent ? under(office.parent) : under(own);
  return all.filter((each) => !working.includes(each));
}
