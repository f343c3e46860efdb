import { useEffect, useMemo, useRef } from "react";
import { getIncident } from "../api/reads";
import { isEnded } from "../core/selectors";
import type { Incident } from "../core/views";
import { useApp, useLoad } from "./hooks";

/**
 * An incident with every offer that there was. The stream leaves out older ones that nobody took, which grow by hundreds where
 * handhelds do not answer; they are read when somebody looks, and stay counted in `offers_left_out` until they are here.
 */
export function useEveryOffer<T extends Incident | undefined>(incident: T): T {
  const { api } = useApp();
  const id = incident?.id;
  const leftOut = incident?.offers_left_out ?? 0;
  const any = leftOut > 0;
  const { value, again } = useLoad(async () => (id && any ? getIncident(api, id) : null), [api, id, any]);
  const before = useRef(leftOut);
  useEffect(() => {
    if (before.current === leftOut) return;
    before.current = leftOut;
    again();
  }, [leftOut, again]);
  return useMemo(() => {
    if (!incident || value?.id !== incident.id || leftOut === 0) return incident;
    const told = new Set(incident.assignments.map((each) => each.id));
    const older = value.assignments.filter((each) => isEnded(each) && !told.has(each.id));
    return { ...incident, assignments: [...older, ...incident.assignments], offers_left_out: 0 };
  }, [incident, value, leftOut]);
}
