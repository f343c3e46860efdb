import { createContext, useContext, useEffect, useRef, useState, useSyncExternalStore } from "react";
import { useStore } from "zustand";
import { useApp, useItem, useLink, useSecond } from "../../app/hooks";
import { isEnded } from "../../core/selectors";
import type { Time } from "../../core/units";
import type { Detail, Unit } from "../../core/views";
import type { Translate } from "../../i18n/catalogue";
import { useT } from "../../i18n/hooks";
import { usePrefs } from "../../i18n/prefs";
import type { Field } from "./controller";
import { finger } from "./finger";
import type { Here } from "./locator";
import type { FieldKey } from "./messages";
import { messages } from "./messages";
import type { Work } from "./mission";
import { isMoving, projectedUnit } from "./mission";
import type { Entry } from "./queue";
import type { FieldState } from "./state";

export const FieldContext = createContext<Field | null>(null);

export function useField(): Field {
  const field = useContext(FieldContext);
  if (!field) throw new Error("no FieldContext");
  return field;
}

export type FieldT = Translate<FieldKey | Parameters<ReturnType<typeof useT>>[0]>;
export const useFieldT = () => useT(messages);

export function useFieldState<T>(pick: (state: FieldState) => T): T {
  return useStore(useField().store, pick);
}

export function useEntries(): readonly Entry[] {
  const { outbox } = useField();
  return useSyncExternalStore(outbox.subscribe, outbox.entries);
}

export function useWork(): readonly Work[] {
  const field = useField();
  return useSyncExternalStore(field.subscribeWork, field.work);
}

export function useSound() {
  const { sound } = useField();
  return useSyncExternalStore(sound.subscribe, sound.state);
}

export function useLocationState() {
  const { locator } = useField();
  return useSyncExternalStore(locator.subscribe, locator.state);
}

/** The own unit with the outbox laid over it; null until it was ever seen. */
export function useOwnUnit(): Unit | null {
  const field = useField();
  const told = useItem(field.app.world.unit, field.unit);
  const remembered = useFieldState((state) => state.remembered.unit);
  const entries = useEntries();
  const unit = told ?? remembered;
  return unit ? projectedUnit(unit, entries, new Date(field.app.clock.now()).toISOString() as Time) : null;
}

export function useDetail(incident: string): Detail | null {
  const field = useField();
  const told = useItem(field.app.world.detail, incident);
  const remembered = useFieldState((state) => state.remembered.detail);
  return told ?? (remembered?.id === incident ? remembered : null);
}

/** What callers answered to key questions, in a few words; empty when there is nothing to say. */
export function useAnswers(detail: Detail | null): string {
  const lang = usePrefs((prefs) => prefs.lang);
  // A detail that was kept on this device by an older version knows of none.
  const told = (detail?.answers ?? []).map((each) => each[lang]);
  return told.filter((word) => word !== "").join(" · ");
}

/** Where the unit is, looked at once a second. */
export function useHere(): { readonly here: Here | null; readonly moving: boolean } {
  const field = useField();
  useSecond();
  const here = field.here();
  return { here, moving: isMoving(here, field.app.clock.now()) };
}

/** An act of the officer that stands and is not confirmed yet. */
export const isUnconfirmed = (work: Work): boolean => work.unconfirmed && !isEnded(work.assignment);

/** How the link looks to an officer: fine, shaky, gone, or signed out. */
export type LinkLook = "up" | "starting" | "weak" | "offline" | "signed_out";
export function useLinkLook(): LinkLook {
  const { state, welcome, silentS, attempts } = useLink();
  const online = useSyncExternalStore(subscribeOnline, () => navigator.onLine);
  useApp();
  if (state === "signed_out") return "signed_out";
  // The device knows that it has no network before the socket does.
  if (!online) return "offline";
  if (state === "live") return "up";
  if (state === "connecting") return attempts > 1 ? "offline" : "starting";
  // A closed socket is known at once; nobody waits fifteen seconds to hear that the network is gone.
  if (state === "lost" || (!welcome && (silentS >= 2 || attempts > 0))) return "offline";
  return "weak";
}

function subscribeOnline(listener: () => void): () => void {
  addEventListener("online", listener);
  addEventListener("offline", listener);
  return () => {
    removeEventListener("online", listener);
    removeEventListener("offline", listener);
  };
}

/** True once `ms` have passed since `key` changed. */
export function useAfter(ms: number, key: unknown): boolean {
  const [passed, setPassed] = useState<unknown>(Symbol.iterator);
  useEffect(() => {
    const timer = setTimeout(() => setPassed(() => key), ms);
    return () => clearTimeout(timer);
  }, [ms, key]);
  return passed === key;
}

/** A value as it was when a finger came down, until it is up again: what stands below must not move between press and release. */
export function useStillUnderFinger<T>(now: T): T {
  const touched = useSyncExternalStore(finger.subscribe, finger.isDown);
  const shown = useRef(now);
  if (!touched) shown.current = now;
  return shown.current;
}
