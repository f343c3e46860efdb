/** What this desk is doing: selection, open forms, sound. Forms survive a reload; the live world is elsewhere. */

import { create } from "zustand";
import { persist } from "zustand/middleware";
import type { Reason } from "../../core/reasons";
import type { CallId, IncidentId, LonLat, ServerMs, UnitId } from "../../core/units";
import type { Priority } from "../../core/views";
import type { Answers } from "./classify/scoring";
import type { KindGuess } from "./classify/useGuessed";
import type { ConsoleKey } from "./messages";

export interface CallForm {
  /** Ours, until and after the server has given the call an id. */
  readonly id: string;
  readonly call: CallId | null;
  /** Where the caller can be called back; at first the number that the exchange presented. */
  readonly number: string;
  /** The number that the exchange presented, or that the call was typed in with. */
  readonly presented?: string;
  readonly name: string;
  readonly placeText: string;
  readonly point: LonLat | null;
  /** What the point is called. */
  readonly place: string;
  readonly accuracy: number | null;
  /** What the search itself called the point: there is nothing to keep of that. */
  readonly named?: string;
  /** The village whose county's middle stands in for it, until somebody points to the map. */
  readonly unplaced?: string;
  /** What was typed where the search found only a name that is like it. */
  readonly alike?: string;
  readonly kind: string | null;
  readonly kindText: string;
  /** Chosen by hand; null: the usual one of the kind. */
  readonly priority: Priority | null;
  /** What answers make of it, where that is more urgent than the kind's own. */
  readonly raised?: Priority | null;
  /** Answers to key questions; an empty one was taken back. */
  readonly answers?: Answers;
  /** What the typed words were taken for when the kind was chosen. */
  readonly guessed?: KindGuess | null;
  readonly hazards: string;
  readonly narrative: string;
  /** What the server was last given, so that nothing is sent twice. */
  readonly saved: string;
  /** As `saved`, of the caller's name and call-back number. */
  readonly savedCaller?: string;
  readonly savedAt: ServerMs | null;
  readonly openedAt: number;
}

export const emptyForm = (id: string, openedAt: number): CallForm => ({
  id,
  call: null,
  number: "",
  name: "",
  placeText: "",
  point: null,
  place: "",
  accuracy: null,
  kind: null,
  kindText: "",
  priority: null,
  hazards: "",
  narrative: "",
  saved: "",
  savedAt: null,
  openedAt,
});

/** The body of `POST …/draft`: what is known, and words that were sent before and are taken back. */
export function draftOf(form: CallForm): Readonly<Record<string, unknown>> {
  const before = form.saved ? (JSON.parse(form.saved) as Readonly<Record<string, unknown>>) : {};
  const words = (name: string, now: string) => (now || name in before ? { [name]: now } : {});
  return {
    ...(form.kind ? { kind: form.kind } : {}),
    ...(form.priority || form.raised ? { priority: form.priority ?? form.raised } : {}),
    ...classifiedBy(form),
    ...(form.point ? { point: form.point } : {}),
    ...words("place", form.place),
    ...words("narrative", form.narrative.trim()),
    ...words("hazards", form.hazards.trim()),
  };
}

/** What goes with a chosen kind: the proposal it was chosen from, and the answers to its questions. */
export function classifiedBy(form: CallForm): Readonly<Record<string, unknown>> {
  const answers = Object.entries(form.answers ?? {}).map(([question, option]) => ({ question, option }));
  return {
    ...(form.kind && form.guessed ? { guessed: form.guessed } : {}),
    ...(form.kind && answers.length > 0 ? { answers } : {}),
  };
}

/** As long as the server takes a narrative. */
export const WORDS_MOST = 4000;

/** A narrative with the danger in front: it is what must not be cut, and what a draft held of the rest is in the record anyway. */
export function withDanger({ hazards, narrative }: Pick<CallForm, "hazards" | "narrative">, name: string): string {
  const danger = hazards.trim();
  const words = narrative.trim();
  return (danger ? [`${name}: ${danger}`, words].filter(Boolean).join("\n") : words).slice(0, WORDS_MOST);
}

/** The body of `POST …/caller`. */
export function callerOf(form: Pick<CallForm, "name" | "number" | "presented">): {
  readonly name: string | null;
  readonly callback: string | null;
} {
  const number = form.number.trim();
  return { name: form.name.trim() || null, callback: number && number !== (form.presented ?? "") ? number : null };
}

/** Whether the server does not know yet who calls; without a call there is nobody to tell it about. */
export const isCallerNew = (form: CallForm): boolean =>
  form.call !== null && JSON.stringify(callerOf(form)) !== (form.savedCaller ?? NOBODY);
const NOBODY = JSON.stringify({ name: null, callback: null });

export const isEmptyForm = (form: CallForm): boolean =>
  !form.number && !form.name && !form.kindText && !form.placeText && Object.keys(draftOf(form)).length === 0;

/** The forms beside the open one; the one that comes after it first, so that one key goes round them all. */
export function otherForms(forms: Readonly<Record<string, CallForm>>, open: string | null): readonly CallForm[] {
  const all = Object.values(forms);
  const at = all.findIndex((each) => each.id === open);
  return [...all.slice(at + 1), ...all.slice(0, Math.max(at, 0))];
}

export interface Said {
  readonly text: Reason<ConsoleKey>;
  readonly bad: boolean;
  readonly at: number;
}

export interface Undo {
  readonly id: number;
  readonly text: Reason<ConsoleKey>;
  readonly until: ServerMs;
  readonly run: () => Promise<unknown>;
  /** What is said when it was taken back; without it, only that it was. */
  readonly done?: Reason<ConsoleKey> | undefined;
}

export type EndView = "detail" | "form" | "unit" | "cordon" | "roads" | "warnings" | "callers";

/** What a click on the map means now. */
export type MapPick = "form" | "move" | null;

export interface Desk {
  readonly selected: IncidentId | null;
  readonly unit: UnitId | null;
  /** The unit that the map goes along with. */
  readonly follow: UnitId | null;
  readonly end: EndView;
  readonly forms: Readonly<Record<string, CallForm>>;
  readonly form: string | null;
  readonly muted: boolean;
  readonly help: boolean;
  readonly addresses: boolean;
  /** The desk is being handed over, or taken. */
  readonly handing: boolean;
  /** They want to sign out once it is handed over. */
  readonly leaving: boolean;
  readonly several: boolean;
  readonly marked: readonly UnitId[];
  readonly closing: boolean;
  readonly holding: boolean;
  readonly moving: boolean;
  readonly whyOthers: boolean;
  readonly found: string | null;
  /** The call that this desk is calling back. */
  readonly callBack: string | null;
  readonly said: Said | null;
  readonly undo: Undo | null;
  select(id: IncidentId | null): void;
  selectUnit(id: UnitId | null): void;
  show(end: EndView): void;
  openForm(form: CallForm): void;
  changeForm(id: string, change: Partial<CallForm>): void;
  dropForm(id: string): void;
  /** Leave the open form for later; one in which nothing stands is gone. */
  parkForm(): void;
  set(
    change: Partial<
      Pick<
        Desk,
        | "muted"
        | "help"
        | "addresses"
        | "handing"
        | "leaving"
        | "several"
        | "marked"
        | "closing"
        | "holding"
        | "moving"
        | "whyOthers"
        | "found"
        | "undo"
        | "follow"
        | "callBack"
        | "said"
      >
    >,
  ): void;
  say(text: Reason<ConsoleKey>, bad?: boolean): void;
}

export const useDesk = create<Desk>()(
  persist(
    (set) => ({
      selected: null,
      unit: null,
      follow: null,
      end: "detail",
      forms: {},
      form: null,
      muted: false,
      help: false,
      addresses: false,
      handing: false,
      leaving: false,
      several: false,
      marked: [],
      closing: false,
      holding: false,
      moving: false,
      whyOthers: false,
      found: null,
      callBack: null,
      said: null,
      undo: null,
      select: (selected) =>
        set((now) => ({
          selected,
          end: "detail",
          unit: null,
          ...(now.selected === selected
            ? {}
            : { several: false, marked: [], closing: false, holding: false, moving: false, whyOthers: false }),
        })),
      selectUnit: (unit) => set({ unit, end: unit ? "unit" : "detail" }),
      show: (end) => set({ end }),
      openForm: (form) => set((now) => ({ forms: { ...now.forms, [form.id]: form }, form: form.id, end: "form" })),
      changeForm: (id, change) =>
        set((now) => {
          const form = now.forms[id];
          return form ? { forms: { ...now.forms, [id]: { ...form, ...change } } } : {};
        }),
      dropForm: (id) =>
        set((now) => {
          const { [id]: _gone, ...forms } = now.forms;
          const next = now.form === id ? (Object.keys(forms)[0] ?? null) : now.form;
          return { forms, form: next, end: now.form === id && now.end === "form" ? "detail" : now.end };
        }),
      parkForm: () =>
        set((now) => {
          const { [now.form ?? ""]: open, ...others } = now.forms;
          const kept = !open || open.call !== null || !isEmptyForm(open);
          return kept ? { end: "detail" } : { forms: others, form: Object.keys(others)[0] ?? null, end: "detail" };
        }),
      set: (change) => set(change),
      say: (text, bad = false) => set({ said: { text, bad, at: Date.now() } }),
    }),
    {
      // The seat's own name is set when it is known: see `openSeat`.
      name: "nazdik.console",
      skipHydration: true,
      version: 1,
      partialize: ({ forms, form, muted, selected, end }) => ({
        forms,
        form,
        muted,
        selected,
        end: end === "form" ? "form" : "detail",
      }),
    },
  ),
);
