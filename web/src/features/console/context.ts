import { createContext, useContext, useMemo } from "react";
import { useReference } from "../../app/hooks";
import { activeAssignments } from "../../core/selectors";
import type { IncidentId } from "../../core/units";
import type { Assignment, Incident, Recommendation, Unit } from "../../core/views";
import type { CommonKey, Translate } from "../../i18n/catalogue";
import { useNamed, useT } from "../../i18n/hooks";
import type { World } from "../../live/world";
import type { Acts } from "./acts";
import type { KindEntry } from "./kinds";
import type { ConsoleKey } from "./messages";
import { messages } from "./messages";
import type { Duty } from "./roles";
import { mayDo } from "./roles";

export interface ConsoleParts {
  readonly acts: Acts;
  readonly kinds: readonly KindEntry[];
  /** What the detail pane recommends now, for the keys. */
  readonly advice: { current: { readonly incident: IncidentId; readonly value: Recommendation } | null };
  /** Send the open form, while it is on the screen. */
  readonly sendForm: { current: (() => void) | null };
  /** Send what the detail pane recommends first, or what is marked. */
  readonly sendAdvised: { current: (() => void) | null };
  /** Move the map to a point. */
  readonly fly: (point: readonly [number, number], zoom?: number) => void;
  readonly centre: () => readonly [number, number] | null;
  /** The name of a point in the reader's language, empty when it has none. */
  readonly nameOf: (point: readonly [number, number]) => Promise<string>;
}

export const ConsoleContext = createContext<ConsoleParts | null>(null);

export function useConsole(): ConsoleParts {
  const parts = useContext(ConsoleContext);
  if (!parts) throw new Error("no ConsoleContext");
  return parts;
}

export type ConsoleT = Translate<ConsoleKey | CommonKey>;
export const useCT = (): ConsoleT => useT(messages);

/** Codes in words, in the reader's language. */
export interface Words {
  readonly t: ConsoleT;
  /** With `at`, what it was called then: an old incident keeps its kind's name. */
  kind(code: string | null, at?: string): string;
  office(id: string | null): string;
  waiting(reason: string): string;
  cause(cause: string): string;
  alarm(cause: string): string;
  /** A refusal, a withdrawal, free text: whatever stands in `reason`. */
  reason(code: string | null): string;
  disposition(code: string): string;
  /** Another service, such as the ambulance. */
  service(code: string): string;
  /** Who did something: a seat by its role and its office, or its car; a person by the name that the server gives. */
  person(actor: string): string;
}

export function useWords(): Words {
  const t = useCT();
  const named = useNamed();
  const { kinds, offices } = useReference();
  return useMemo(() => {
    const any = (prefixes: readonly string[], code: string): string => {
      for (const prefix of prefixes) {
        const word = t.maybe(`${prefix}.${code}`);
        if (word !== null) return word;
      }
      return code;
    };
    return {
      t,
      kind: (code, at) => {
        const kind = code === null ? undefined : kinds.get(code);
        const then = at && kind?.former.find((each) => Date.parse(at) < Date.parse(each.until));
        if (then) return named({ fa: then.name_fa, en: then.name_en });
        return kind ? named(kind.name) : (code ?? t("incident.kindUnknown"));
      },
      office: (id) => {
        const office = offices.find(id as never);
        return office ? named(office.name) : (id ?? t("value.none"));
      },
      waiting: (code) => any(["waiting", "wait"], code),
      cause: (code) => any(["cause"], code),
      alarm: (code) => any(["alarm"], code),
      reason: (code) => (code ? any(["refusal", "reason", "disposition", "cause"], code) : ""),
      disposition: (code) => any(["disposition"], code),
      service: (code) => any(["service"], code),
      person: (actor) => {
        const car = /^seat:.+\.u\.(.+)$/.exec(actor)?.[1];
        const [, role, id] = /^seat:([a-z_]+)(?::(.+))?$/.exec(actor) ?? [];
        if (car || !role) return car ?? actor;
        const office = offices.find((id ?? "") as never);
        return `${t.maybe(`role.${role}`) ?? role}${office ? t("value.comma") + named(office.name) : ""}`;
      },
    };
  }, [t, named, kinds, offices]);
}

/** The unit's running assignment, when its incident is in sight. */
export function assignmentOf(world: World, unit: Unit | undefined): Assignment | undefined {
  if (!unit?.assignment) return undefined;
  const incident = world.incident.get(unit.incident);
  return incident?.assignments.find((each) => each.id === unit.assignment);
}

/** Running assignments, real ones before pre-alerts. */
export const runningOf = (incident: Incident): readonly Assignment[] => activeAssignments(incident);

/** Why this seat may not do something at all, in words; null when it may. */
export function useMay(): (duty: Duty) => string | null {
  const t = useCT();
  const { session } = useReference();
  return (duty) =>
    mayDo(session, duty) ? null : t("why.role", { role: t.maybe(`role.${session.role}`) ?? session.role });
}
