/** What a tier board works out from the live world: counts an office below, and whether an alarm can be acknowledged here. */

import type { OfficeTree } from "../../core/offices";
import type { Reason } from "../../core/reasons";
import { reason } from "../../core/reasons";
import type { Counts } from "../../core/selectors";
import { alarmGrade, compareAlarms, countsOf, isFree, isOpen, isStanding, isWaiting } from "../../core/selectors";
import type { OfficeId, Time } from "../../core/units";
import { msOf } from "../../core/units";
import type { Alarm, AwaitedCallBack, Incident, Tier, Unit } from "../../core/views";
import type { LinkState } from "../../live/client";

export interface SubOffice {
  /** Null: incidents that no station below holds. */
  readonly id: OfficeId | null;
  readonly open: number;
  readonly p1: number;
  readonly waiting: number;
  readonly onScene: number;
  readonly free: number;
  readonly onDuty: number;
  readonly alarms: number;
}

/** The office directly below `office` that an incident is counted for; null: none of them holds it. */
export function placeOf(tree: OfficeTree, incident: Incident, office: OfficeId): OfficeId | null {
  for (const candidate of [incident.station, ...incident.offices.map((each) => each.office)]) {
    const child = candidate === null ? null : tree.childHolding(candidate, office);
    if (child) return child;
  }
  return null;
}

/** Counts for each office directly below, worst first; offices with nothing keep their place in the tree's order at the end. */
export function subOffices(
  tree: OfficeTree,
  office: OfficeId,
  incidents: Iterable<Incident>,
  units: Iterable<Unit>,
  alarms: Iterable<Alarm>,
): readonly SubOffice[] {
  const rows = new Map<OfficeId | null, { -readonly [K in keyof SubOffice]: SubOffice[K] }>();
  const row = (id: OfficeId | null) => {
    let found = rows.get(id);
    if (!found) {
      found = { id, open: 0, p1: 0, waiting: 0, onScene: 0, free: 0, onDuty: 0, alarms: 0 };
      rows.set(id, found);
    }
    return found;
  };
  for (const child of tree.childrenOf(office)) row(child.id);
  const byId = new Map<string, Incident>();
  for (const incident of incidents) {
    byId.set(incident.id, incident);
    if (!isOpen(incident)) continue;
    const at = row(placeOf(tree, incident, office));
    at.open++;
    if (incident.priority === 1) at.p1++;
    if (isWaiting(incident)) at.waiting++;
    if (incident.status === "ResourcesOnscene") at.onScene++;
  }
  for (const unit of units) {
    const child = tree.childHolding(unit.office, office);
    if (!child) continue;
    const at = row(child);
    if (unit.on_duty) at.onDuty++;
    if (isFree(unit)) at.free++;
  }
  for (const alarm of alarms) {
    if (!isStanding(alarm)) continue;
    const incident = alarm.incident ? byId.get(alarm.incident) : undefined;
    const child = (incident && placeOf(tree, incident, office)) ?? tree.childHolding(alarm.office, office);
    if (child) row(child).alarms++;
  }
  const list = [...rows.values()];
  const order = new Map(list.map((each, n) => [each, n]));
  return list.sort(
    (a, b) =>
      b.alarms - a.alarms ||
      b.p1 - a.p1 ||
      b.waiting - a.waiting ||
      b.open - a.open ||
      (order.get(a) ?? 0) - (order.get(b) ?? 0),
  );
}

/**
 * What stands in an office's own area and among its own units, as lines and reports count it. `own` are its open incidents,
 * `elsewhere` counts those of others, which a board sees because its crews help there, or because they were given to it.
 */
export function ownCounts(
  tree: OfficeTree,
  office: OfficeId | null,
  incidents: Iterable<Incident>,
  units: Iterable<Unit>,
  alarms: Iterable<Alarm>,
): Counts & { readonly own: readonly Incident[]; readonly elsewhere: number } {
  const known = new Map<OfficeId, boolean>();
  const isOwn = (id: OfficeId | null): boolean => {
    if (office === null || id === null) return true;
    let own = known.get(id);
    if (own === undefined) {
      own = tree.isWithin(id, office);
      known.set(id, own);
    }
    return own;
  };
  const every = [...incidents].filter(isOpen);
  const own = every.filter((each) => isOwn(each.station));
  const counts = countsOf(
    own,
    [...units].filter((each) => isOwn(each.office)),
    alarms,
  );
  return { ...counts, own, elsewhere: every.length - own.length };
}

/** Whether anything has come at all. Before that nobody knows that nothing is open: a figure is a dash then, not a zero. */
export const isHeard = (streams: readonly { readonly freshAt: number | null }[]): boolean =>
  streams.some((each) => each.freshAt !== null);

/** Who waits to be called back: those of this office and below, and those whose place nobody knows. */
export interface Waits {
  readonly here: number;
  readonly unplaced: number;
  /** Since when the one who has waited longest waits, and whether anybody is late. */
  readonly oldest: Time | null;
  readonly late: boolean;
}

export function waitsOf(backs: Iterable<AwaitedCallBack>, tier: Tier, now: number): Waits {
  let here = 0;
  let unplaced = 0;
  let oldest: Time | null = null;
  let late = false;
  for (const each of backs) {
    // Above the stations and counties everybody who waits is the office's own.
    const elsewhere = (tier === "station" || tier === "county") && !each.office.includes(".");
    if (elsewhere) unplaced++;
    else here++;
    if (oldest === null || msOf(each.since) < msOf(oldest)) oldest = each.since;
    if (msOf(each.late_at) <= now) late = true;
  }
  return { here, unplaced, oldest, late };
}

export type WhyKey = "board.why.otherTier" | "board.why.acknowledged" | "board.why.noAlarm" | "board.why.notLive";

/** Why this tier cannot acknowledge an alarm now, or null. The tier's name is filled in by the screen. */
export function whyNotAcknowledge(alarm: Alarm | null, tier: Tier, link: LinkState): Reason<WhyKey> | null {
  if (!alarm) return reason("board.why.noAlarm");
  if (alarm.acknowledged_at !== null) return reason("board.why.acknowledged");
  if (alarm.tier !== tier) return reason("board.why.otherTier", { tier: alarm.tier });
  if (link === "lost" || link === "signed_out") return reason("board.why.notLive");
  return null;
}

/** Standing alarms: an officer's emergency first, wherever it stands, then those that this tier must answer. */
export function alarmsFor(alarms: Iterable<Alarm>, tier: Tier): readonly Alarm[] {
  const rank = (alarm: Alarm): number => {
    if (alarm.acknowledged_at !== null) return 2;
    return alarm.tier === tier || alarmGrade(alarm) === "emergency" ? 0 : 1;
  };
  return [...alarms].filter(isStanding).sort((a, b) => rank(a) - rank(b) || compareAlarms(a, b));
}

/** The alarm that the acknowledge key answers: the topmost that stands at this tier, or else the topmost, to say why not. */
export function alarmToAnswer(sorted: readonly Alarm[], tier: Tier): Alarm | null {
  return sorted.find((alarm) => alarm.tier === tier && alarm.acknowledged_at === null) ?? sorted[0] ?? null;
}

/** The stamps of an incident in the order of a call's life, those it has. */
export type StampName = "created" | "classified" | "sent" | "accepted" | "en_route" | "on_scene" | "cleared" | "closed";
export function stampsOf(
  incident: Incident,
): readonly { readonly name: StampName; readonly at: NonNullable<Incident["closed_at"]> }[] {
  const all: [StampName, Incident["closed_at"]][] = [
    ["created", incident.created_at],
    ["classified", incident.classified_at],
    ["sent", incident.first_sent_at],
    ["accepted", incident.first_accepted_at],
    ["en_route", incident.first_en_route_at],
    ["on_scene", incident.first_on_scene_at],
    ["cleared", incident.last_cleared_at],
    ["closed", incident.closed_at],
  ];
  return all.flatMap(([name, at]) => (at === null ? [] : [{ name, at }]));
}
