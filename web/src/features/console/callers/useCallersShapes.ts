import { useT } from "../../../i18n/hooks";
import type { MapShapes } from "../../../map";
import { useDesk } from "../store";
import { messages } from "./messages";
import { useCallers } from "./store";

/** Where each caller of the incident is; the chosen one is full, and whoever may not belong is marked. */
export function useCallersShapes(): MapShapes | null {
  const t = useT(messages);
  const open = useDesk((desk) => desk.end === "callers");
  const callers = useCallers((now) => now.callers);
  const current = useCallers((now) => now.current);
  if (!open) return null;
  return {
    areas: [],
    lines: [],
    points: callers.flatMap(({ call, odd }) =>
      call.point
        ? [
            {
              point: call.point,
              sign: odd ? "?" : "",
              colour: call.id === current ? ("accent" as const) : odd ? ("warn-edge" as const) : ("edge" as const),
              hollow: call.id !== current,
              label: call.id === current || odd ? (call.number ?? t("callers.noPlace")) : "",
            },
          ]
        : [],
    ),
  };
}
