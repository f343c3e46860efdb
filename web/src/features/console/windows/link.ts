/**
 * The windows of one seat, in step: the same incident, the same form, the same pane, whichever of them is worked in.
 *
 * What only one window may do (sound an alarm, send what was asked for in a window without the recommendation) is done by the
 * window that holds the lock of that name; it passes on when that window closes.
 */

import type { IncidentId, LonLat } from "../../../core/units";
import { useDesk } from "../store";

export const VIEWS = ["queues", "map", "detail", "units", "board"] as const;
/** The three that make a desk of three screens. */
export const DESK: readonly View[] = ["queues", "map", "detail"];
export type View = (typeof VIEWS)[number];

/** `?view=map` shows one part alone, for a second screen; `queue` is the queues too. The board is a page of its own. */
export function viewOf(search: string): View | null {
  const asked = new URLSearchParams(search).get("view");
  return asked === "queue" ? "queues" : (VIEWS.find((each) => each === asked) ?? null);
}

/** What all windows of a seat have in common; the rest of the desk is each window's own. */
const SHARED = [
  "selected",
  "unit",
  "follow",
  "end",
  "forms",
  "form",
  "muted",
  "several",
  "marked",
  "closing",
  "holding",
  "moving",
  "whyOthers",
  "callBack",
] as const;
type Desk = ReturnType<typeof useDesk.getState>;
export type SharedDesk = Pick<Desk, (typeof SHARED)[number]>;

/** What changed of that; null when nothing did. */
export function changed(now: Desk, before: Desk): Partial<SharedDesk> | null {
  const change: Partial<Record<keyof SharedDesk, unknown>> = {};
  for (const name of SHARED) if (now[name] !== before[name]) change[name] = now[name];
  return Object.keys(change).length > 0 ? (change as Partial<SharedDesk>) : null;
}

function shared(now: Desk): Partial<SharedDesk> {
  return Object.fromEntries(SHARED.map((name) => [name, now[name]])) as Partial<SharedDesk>;
}

export type Message =
  /** A window that has just opened: tell it where the others stand. */
  | { readonly t: "hello" }
  | { readonly t: "desk"; readonly change: Partial<SharedDesk> }
  | { readonly t: "fly"; readonly point: LonLat; readonly zoom: number | undefined }
  /** Send the n-th recommendation of an incident, or with null what Enter would send. */
  | { readonly t: "send"; readonly incident: IncidentId; readonly n: number | null };

export interface Channel {
  postMessage(message: Message): void;
  onmessage: ((event: MessageEvent<Message>) => void) | null;
  close(): void;
}

export class SeatLink {
  readonly #channel: Channel | null;
  readonly #stop: () => void;
  #hearing = false;
  onFly: (point: LonLat, zoom: number | undefined) => void = () => undefined;
  onSend: (incident: IncidentId, n: number | null) => void = () => undefined;

  constructor(channel: Channel | null) {
    this.#channel = channel;
    if (channel) channel.onmessage = (event) => this.#hear(event.data);
    this.#stop = useDesk.subscribe((now, before) => {
      const change = this.#hearing ? null : changed(now, before);
      if (change) channel?.postMessage({ t: "desk", change });
    });
    channel?.postMessage({ t: "hello" });
  }

  say(message: Message): void {
    this.#channel?.postMessage(message);
  }

  close(): void {
    this.#stop();
    this.#channel?.close();
  }

  #hear(message: Message): void {
    if (message.t === "fly") this.onFly(message.point, message.zoom);
    else if (message.t === "send") this.onSend(message.incident, message.n);
    else if (message.t === "hello") this.say({ t: "desk", change: shared(useDesk.getState()) });
    else {
      this.#hearing = true;
      useDesk.setState(message.change);
      this.#hearing = false;
    }
  }
}

/** Each seat keeps its own drafts on this workstation, and its windows hear only one another. */
export const seatKey = (person: string): string => `nazdik.console.${person}`;

/** Read the drafts of a seat; to be called once, before anything is shown. */
export function openSeat(person: string): void {
  useDesk.persist.setOptions({ name: seatKey(person) });
  void useDesk.persist.rehydrate();
}
