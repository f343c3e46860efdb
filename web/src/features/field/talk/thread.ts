/** The messages of one unit, in order, with what still waits on the device. No browser here. */

import type { Message } from "../../../core/views";
import type { Entry } from "../queue";
import { isQueued } from "../queue";

export type Mark = "waiting" | "sent" | "delivered" | "read";

export interface Line {
  readonly id: string;
  readonly own: boolean;
  readonly text: string;
  readonly at: string;
  readonly incidentNumber: number | null;
  readonly mark: Mark;
}

/** As the crew sees it: what it wrote is its own. */
export function threadOf(unit: string, messages: Iterable<Message>, entries: readonly Entry[]): readonly Line[] {
  const lines: Line[] = [];
  for (const message of messages) {
    const to = message.to.find((each) => each.unit === unit);
    const own = message.from_unit === unit;
    if (!own && !to) continue;
    const read = own ? message.read_at : to?.read_at;
    lines.push({
      id: message.id,
      own,
      text: message.text,
      at: message.at,
      incidentNumber: message.incident_number,
      mark: read ? "read" : own ? "sent" : to?.delivered_at ? "delivered" : "sent",
    });
  }
  for (const entry of entries) {
    if (entry.action !== "message" || !isQueued(entry)) continue;
    lines.push({
      id: entry.id,
      own: true,
      text: String(entry.body.text ?? ""),
      at: entry.deviceAt,
      incidentNumber: null,
      mark: "waiting",
    });
  }
  return lines.sort((a, b) => a.at.localeCompare(b.at));
}

/** What the crew has not opened yet, oldest first; a receipt on its way counts as given. */
export function unread(unit: string, messages: Iterable<Message>, entries: readonly Entry[]): readonly Message[] {
  const said = new Set(entries.filter((entry) => entry.action === "message_read").map((entry) => entry.subject));
  return [...messages]
    .filter((message) => message.to.some((each) => each.unit === unit && !each.read_at) && !said.has(message.id))
    .sort((a, b) => a.at.localeCompare(b.at));
}
