/** Who did what stands in the way of a refused act: found among the facts of its incident. */

import type { Problem } from "../../api/problem";
import type { TimelineEntry } from "../../core/views";

const OF_ASSIGNMENT = /^dispatch\.(offer_(accepted|refused)|unit_|assignment_|step_taken_back)/;
const IN_THE_WAY: Readonly<Record<string, RegExp>> = {
  "dispatch.incident_is_closed": /^dispatch\.incident_(closed|cancelled)\b/,
  "dispatch.incident_is_open": /^dispatch\.incident_reopened\b/,
  "dispatch.incident_is_joined": /^dispatch\.incident_joined\b/,
  "dispatch.incident_not_joined": /^dispatch\.incident_unjoined\b/,
  "dispatch.cordon_exists": /^dispatch\.cordon_sent\b/,
  "dispatch.tasking_conflict": /^dispatch\.office_released\b/,
  "dispatch.unit_taken": /^dispatch\.unit_reserved\b/,
  "dispatch.offer_withdrawn": OF_ASSIGNMENT,
  "dispatch.assignment_ended": OF_ASSIGNMENT,
  "dispatch.step_out_of_order": OF_ASSIGNMENT,
  "dispatch.step_stands": OF_ASSIGNMENT,
};

/** Whether somebody else's act is what a refusal is about. */
export const isContested = (problem: Problem): boolean => problem.code in IN_THE_WAY;

/** The incident whose facts tell who it was: the one that the refusal names, else the one that the act was about. */
export function contestedIncident(
  problem: Problem,
  subjects: readonly string[],
  isIncident: (id: string) => boolean,
): string | null {
  const { incident_id: named } = problem.details;
  if (typeof named === "string") return named;
  // An assignment is named after its incident.
  const ids = subjects.flatMap((each) => [each, each.slice(0, Math.max(0, each.lastIndexOf(".")))]);
  return ids.find((each) => each !== "" && isIncident(each)) ?? null;
}

/** The newest fact by a person that stands in the way; null when nobody's hand did it. */
export function inTheWay(
  problem: Problem,
  subjects: readonly string[],
  entries: readonly TimelineEntry[],
): TimelineEntry | null {
  const names = IN_THE_WAY[problem.code];
  if (!names) return null;
  const { unit_id: unit, assignment_id: assignment } = problem.details;
  const ours = new Set([...subjects, unit, assignment]);
  const found = entries.filter(
    ({ name, actor, data }) =>
      actor !== null &&
      actor !== "system" &&
      names.test(name) &&
      // What the system chose, nobody sent; the act that it followed from was about something else.
      (!name.startsWith("dispatch.unit_reserved") || data.cause === "manual") &&
      (data.unit_id === undefined || ours.has(data.unit_id) || ours.has(data.assignment_id)),
  );
  return found.at(-1) ?? null;
}

/** Whom to name: a crew by its call sign, a desk by its role, a person by name. */
export function whoseWords(
  actor: string,
  callSign: (unit: string) => string | null,
  role: (code: string) => string,
): string {
  const seat = /^(?:seat|simulator):([a-z_]+):(.*)$/.exec(actor);
  if (!seat) return actor;
  return (seat[1] === "officer" ? callSign(seat[2] as string) : null) ?? role(seat[1] as string);
}
